# SPDX-License-Identifier: Apache-2.0
"""What a run has exercised: counted from the programs and from the machine's own logs."""
import csrs
import encode as E
import program as P

PAD_END = P.PAD_BASE + 64
MODES = {0: "U", 1: "S", 3: "M", 4: "VU", 5: "VS"}
XRETS = (E.MRET, E.SRET)
# What makes interrupts of its own for the modes below (AIA 5.3, 6.3.2).
AIA = {csrs.NAMES[name] for name in ("mvien", "mvip", "hvien", "hvictl", "mtopi", "stopi", "vstopi",
                                     "hviprio1", "hviprio2", "miselect", "siselect", "vsiselect")}


def kind_of(word):
    """The class of an instruction, for what an interrupt followed."""
    if P.size_of(word) == 2:
        return "compressed"
    opcode = word & 0x7F
    if opcode == 0x73:
        if word >> 12 & 3:
            return "csr"
        return {E.MRET: "xret", E.SRET: "xret", E.WFI: "wfi"}.get(word, "system")
    return {0x03: "load", 0x23: "store", 0x2F: "amo", 0x0F: "fence"}.get(opcode, "alu")


def csr_access(word):
    """(number, access) of a CSR instruction, else None."""
    if P.size_of(word) != 4 or word & 0x7F != 0x73 or not word >> 12 & 3:
        return None
    writes = word >> 12 & 3 == 1 or word >> 15 & 31 != 0
    reads = word >> 12 & 3 != 1 or word >> 7 & 31 != 0
    return word >> 20, ("r" if reads else "") + ("w" if writes else "")


class Coverage:
    def __init__(self):
        self.csr, self.cause, self.boundary = set(), set(), set()
        self.programs = self.blocks = self.steps = self.virtual = self.guest = 0

    def add(self, program, log, blocks):
        """A program whose first blocks (a number) were compared."""
        self.programs += 1
        self.virtual += log.record(log.blocks())["mvien"] != 0
        for index in range(min(blocks, len(program.blocks))):
            self.blocks += 1
            self.add_block(program.blocks[index], log.record(index))

    def add_block(self, block, record):
        trapped = record["slot"] != P.SLOT_EXIT
        last = len(block.insns)
        cause = None
        if trapped:
            cause, epc, came = self.arrival(record)
            offsets = block.offsets()
            if epc - block.pc in offsets:
                last = offsets.index(epc - block.pc)
            self.cause.add((cause, came))
            self.guest += block.way in (P.VS, P.VU) and self.was_guest(record, came)
        self.steps += last
        mode = MODES[block.mode()]
        for word in block.insns[:last + 1]:
            access = csr_access(word)
            if access:
                self.csr.add((*access, mode))
            if word in XRETS:
                break
        if trapped and cause >> 63 and last <= len(block.insns):
            before = kind_of(block.insns[last - 1]) if last else "entry"
            self.boundary.add((cause & 63, before))

    @staticmethod
    def arrival(record):
        """(cause, pc, mode) of the trap that ended a block; the pad's own call is not it."""
        status = record["mstatus"]
        mode = MODES.get((status >> 11 & 3) | (status >> 39 & 1) << 2, "M")
        if not P.PAD_BASE <= record["mepc"] < PAD_END:
            return record["mcause"], record["mepc"], "M from " + mode
        if mode == "VS":
            return record["vscause"], record["vsepc"], "VS"
        return record["scause"], record["sepc"], "S"

    @staticmethod
    def was_guest(record, came):
        """Did the trap come out of V=1?"""
        virtual = came in ("M from VS", "M from VU", "VS")
        return virtual or came == "S" and record["hstatus"] >> 7 & 1

    def counts(self):
        return {"CSR x access x mode": len(self.csr), "cause x way": len(self.cause),
                "interrupt x boundary": len(self.boundary),
                "blocks of V=1": self.guest,
                "AIA x access x mode": sum(number in AIA for number, _, _ in self.csr),
                "programs with mvien": self.virtual}


def read_floors(path):
    """Lines "config programs" and the counts, in their order: what is reached at least."""
    floors = []
    with open(path, encoding="ascii") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                words = line.split()
                floors.append((words[0], *map(int, words[1:])))
    return floors


def below_floor(floors, config, coverage):
    """Sentences on what fell short."""
    due = [f for f in floors if f[0] == config and f[1] <= coverage.programs]
    if not due:
        return []
    floor = max(due, key=lambda f: f[1])
    return [f"{name}: {have}, at least {least} are wanted of {floor[1]} programs"
            for (name, have), least in zip(coverage.counts().items(), floor[2:]) if have < least]


def existing(log):
    """CSRs that M-mode can read, by the end of an empty program."""
    end = log.record(log.blocks())
    return [n for name, n in csrs.NAMES.items()
            if name + "?" in end.names and end[name + "?"] == csrs.ALL_ONES]
