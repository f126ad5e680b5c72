# SPDX-License-Identifier: Apache-2.0
"""Random privileged programs. What is left out, and why, stands where it is left out."""
import random as random_module

import csrs
import encode as E
import program as P
import tables as T

ONES = csrs.ALL_ONES
PMP_ADDRESSES = range(0x3B0, 0x3F0)
MEMORY_CSRS = {"satp", "vsatp", "hgatp"}
BITS = {   # registers of which single bits matter: likely ones
    "mie": 0x1FFF | 1 << 13, "mip": 0x222, "mideleg": 0x1666 | 1 << 13, "sie": 0x222,
    "sip": 2, "hie": 0x444, "hip": 4, "hvip": 0x444, "vsie": 0x222, "vsip": 2, "hideleg": 0x444,
    "medeleg": 0xF0B5FF, "hedeleg": 0xB1FF, "mcounteren": 7, "scounteren": 7, "hcounteren": 7,
    "mvien": 0x202, "mvip": 0x222, "hvien": 0x2000,
}
SSTATUS = 0x80000003000DE762
STATUS_BITS = {
    "mstatus": 0x7FFFEA | 3 << 38, "sstatus": 0xDE762 & ~(1 << 17), "vsstatus": 0xC6122,
    "hstatus": 0x7013C0,
}


class Maker:
    """Makes one program."""

    def __init__(self, ident, seed, config, symbols):
        self.random = random_module.Random(f"{seed}/{ident}")
        self.config = config
        self.symbols = symbols
        self.program = P.Program(ident, self.random.randrange(1, 32))
        base = self.program.base
        self.taken = {base, base % 31 + 1}
        self.registers = [i for i in range(1, 32) if i not in self.taken]
        self.wild = self.random.random() < 0.4
        self.mprv = self.random.random() < 0.5     # LR and SC are for programs without it
        self.translated = False
        self.block = None

    # ---- registers with known values ----

    def begin(self, block):
        self.block = block
        self.known = {}
        self.fresh = set(self.registers)
        self.length = 0

    def emit(self, word, rd=0, uses=()):
        self.block.insns.append(word)
        self.fresh -= {rd, *uses}
        if rd:
            self.known.pop(rd, None)

    def holding(self, value, low=1, high=31):
        """A register that holds value here: 0, one that does, or one set before the block."""
        value &= ONES
        if value == 0 and low == 1:
            return 0
        for register, have in self.known.items():
            if have == value and low <= register <= high:
                return register
        choices = sorted(r for r in self.fresh if low <= r <= high)
        if not choices:
            return None
        register = self.random.choice(choices)
        self.fresh.discard(register)
        self.known[register] = value
        self.block.sets[register] = value
        return register

    def target(self, low=1, high=31):
        return self.random.choice([r for r in self.registers if low <= r <= high])

    def maybe_target(self):
        return self.target() if self.random.random() < 0.7 else 0

    def source(self):
        return self.random.choice(self.registers + [0])

    # ---- values ----

    def odd_value(self):
        r = self.random
        return r.choice([0, ONES, 1 << r.randrange(64), r.getrandbits(64), r.getrandbits(32),
                         ONES ^ 1 << r.randrange(64), r.randrange(32)])

    def some_bits(self, mask):
        """A few bits of mask, or all or none."""
        r = self.random
        return mask & r.choice([0, ONES, r.getrandbits(64), r.getrandbits(64) & r.getrandbits(64)])

    def pmp_address(self):
        r = self.random
        while True:
            if self.wild and r.random() < 0.5:
                return r.choice([self.odd_value(), P.CODE_BASE >> 2, T.CLINT >> 2, ONES >> 10])
            value = T.data_address(r) >> 2 | (1 << r.choice([0, 0, 1, 3, 9, 10])) - 1
            if value & 0xFFF != 0xFFF:
                return value

    def pmp_config(self, number, op):
        """Never locked; entry 11 stays open, as long as the program is not wild."""
        value = self.random.getrandbits(64) & 0x1F1F1F1F1F1F1F1F
        if number == csrs.NAMES["pmpcfg2"]:
            value &= 0xFFFFFFFF
        if self.wild:
            return value
        if number == csrs.NAMES["pmpcfg0"]:
            return value & ~0x18 if op != E.RC else value & ~0xFF     # no TOR from 0 on
        value &= 0x00FFFFFF
        return value | 0x1F000000 if op == E.RW else value

    def status_value(self, name, op):
        fixed, kept = csrs.STATUS_FIXED[name]
        value = self.some_bits(STATUS_BITS[name])
        if self.random.random() < 0.1:
            value = self.random.getrandbits(64)
        value &= ~fixed
        if name == "vsstatus":
            # QEMU takes XS and UBE (7.2: any bit) and moves them to mstatus in VS-mode, for good.
            value &= SSTATUS & ~0x18040
        if name == "mstatus":
            if not self.mprv:
                value &= ~csrs.MPRV
            if self.config.qemu == "7.2":
                value &= ~csrs.MPV        # taken for M-mode, too, and kept without H
            value |= csrs.MPP if value & 1 << 12 else 0     # 2 is no mode
        return value | kept if op == E.RW else value

    def value_for(self, number, op):
        """What op may write to the CSR; None: nothing."""
        name = csrs.BY_NUMBER.get(number, "")
        r = self.random
        if name in csrs.STATUS_FIXED:
            return self.status_value(name, op)
        if name == "mtvec":
            vectors = self.symbols[f"vectors{self.program.base}"]
            return vectors | r.randrange(4) if op == E.RW else r.choice([0, 1, 2, 3])
        if name in ("stvec", "vstvec"):
            return P.PAD_BASE | r.randrange(4) if op == E.RW else None
        if name.startswith("pmpaddr"):
            return self.pmp_address() if op == E.RW or self.wild else None
        if name.startswith("pmpcfg"):
            return self.pmp_config(number, op)
        if number in range(0x3A0, 0x400):
            return None                   # entries that the monitor keeps
        if name in MEMORY_CSRS:
            return self.root_value(name, op)
        if name in csrs.DEADLINES:
            return r.choice([0, ONES]) if op == E.RW else None
        if name == "mseccfg":
            return r.choice([0, 0x100, 0x200, 0x300]) if op == E.RW else None
        if name.startswith("mhpmevent"):
            return r.getrandbits(64) << 58 & ONES     # nothing is counted, so nothing overflows
        value = self.odd_value()
        if name in BITS and r.random() < 0.85:
            value = self.some_bits(BITS[name])
        if name == "mip" and not self.config.h:
            value &= ~0x444           # QEMU keeps the bits of VS-mode without H, too, in its way
        if name in ("vsie", "vsip"):
            value &= ~0x444           # QEMU takes them in csrrs and csrrc for hie's and hvip's
        if name in ("medeleg", "hedeleg") and op != E.RC:
            value &= ~self.not_delegated()
        return value

    def not_delegated(self):
        """The pad's call must get through, and so must its fetch, where it may be out of reach."""
        return 1 << 9 | 1 << 1 | (1 << 12 | 1 << 20 if self.wild else 0)

    def root_value(self, name, op):
        r = self.random
        if op != E.RW:
            return None
        if self.wild and r.random() < 0.4:
            value = self.odd_value()
            if name == "satp":
                return value
            # QEMU 7.2 takes modes that are none, and aborts when they are used.
            return value & (1 << 60) - 1 | r.choice([0, 8, 9, 10]) << 60
        values = T.hgatp_values(r) if name == "hgatp" else T.satp_values(r)
        return r.choice(values)

    # ---- single instructions ----

    def csr_number(self, mode):
        """Mostly one that is there and may be accessed."""
        r = self.random
        pick = r.random()
        if pick < 0.04:
            return r.randrange(4096)
        level = {P.U: 0, P.VU: 0, P.VS: 1, P.S: 2 if self.config.h else 1, P.M: 3}[mode]
        while True:
            number = r.choice(self.config.numbers)
            if csrs.mode_of(number) <= level or r.random() < 0.02:
                return number

    def emit_csr(self, mode, number=None, value=None):
        """A CSR instruction; with a number, csrrw of a value without a target."""
        r = self.random
        given = number is not None
        number = number if given else self.csr_number(mode)
        if number in csrs.NEVER or not given and number in PMP_ADDRESSES and not self.settle():
            return
        op = E.RW if given else r.choice([E.RW, E.RW, E.RS, E.RC, E.RS, E.RWI, E.RSI, E.RCI])
        rd = 0 if given or number in csrs.TIMED | self.config.unread else self.maybe_target()
        if op in (E.RS, E.RC, E.RSI, E.RCI) and value is None and r.random() < 0.35:
            self.emit(E.csr(op, rd, number, 0), rd)
            return
        value = self.value_for(number, (op & 3)) if value is None else value
        if value is None:
            self.emit(E.csr(E.RS, rd, number, 0), rd)
        elif op & 4:
            if value > 31:
                op &= 3
            else:
                self.emit(E.csr(op, rd, number, value), rd)
        if value is not None and not op & 4:
            rs1 = self.holding(value)
            if rs1 is not None:
                self.emit(E.csr(op, rd, number, rs1), rd, (rs1,))
        if number in PMP_ADDRESSES and not given:
            self.settle(True)
        if csrs.BY_NUMBER.get(number) == "satp" and value is not None and mode in (P.M, P.S):
            self.translated = value >> 60 == 8

    def settle(self, emit=False):
        """QEMU 7.2 forgets that pmpaddr is the lower border of the TOR entry above it, until
        pmpcfg is written. Is there a register for that?"""
        if self.config.qemu != "7.2":
            return True
        bit = self.holding(0x20)     # reserved; a write of nothing would be none
        if bit is not None and emit:
            for name in ("pmpcfg0", "pmpcfg2"):
                self.emit(E.csr(E.RS, 0, csrs.NAMES[name], bit), 0, (bit,))
                self.emit(E.csr(E.RC, 0, csrs.NAMES[name], bit), 0, (bit,))
        return bit is not None

    def emit_alu(self, _mode):
        r = self.random
        kind = r.randrange(5)
        rd, rs1, rs2 = self.target(), self.source(), self.source()
        if kind == 0:
            imm = r.randrange(-2048, 2048)
            self.emit(E.addi(rd, rs1, imm), rd, (rs1,))
        elif kind == 1:
            self.emit(E.c_addi(rd, r.randrange(1, 32)), rd, (rd,))
        elif kind == 2:
            self.emit(E.c_li(rd, r.randrange(-32, 32)), rd)
        elif kind == 3 and rs2:
            self.emit(E.c_mv(rd, rs2), rd, (rs2,))
        else:
            self.emit(E.alu(r.choice(E.ALU), rd, rs1, rs2), rd, (rs1, rs2))

    def emit_access(self, _mode):
        r = self.random
        short = r.random() < 0.15
        low, high = (8, 15) if short else (1, 31)
        address = self.holding(T.any_address(r, False), low, high)
        if not address:
            return
        offset = r.choice([0, 0, 0, 8, -8, 1, 2, 3, -1]) if not short else 0
        rd = self.target(low, high)
        if short and r.random() < 0.5:
            self.emit(E.c_load(r.randrange(2), rd, address), rd, (address,))
        elif short:
            self.emit(E.c_store(r.randrange(2), rd, address), 0, (address, rd))
        elif r.random() < 0.5:
            self.emit(E.load(r.randrange(7), rd, address, offset), rd, (address,))
        else:
            source = self.source()
            self.emit(E.store(r.randrange(4), source, address, offset), 0, (address, source))

    def emit_amo(self, _mode):
        r = self.random
        width = r.choice([2, 3])
        address = self.holding(T.any_address(r, r.random() < 0.9))
        if not address:
            return
        rd, source = self.target(), self.source()
        if r.random() < 0.7 or self.mprv:
            op = r.choice(list(E.AMO_OPS.values()))
            self.emit(E.amo(op, width, rd, address, source, r.randrange(4)), rd,
                      (address, source))
            return
        # With anything of the monitor between the two, sc may fail (it may at any time).
        if rd in (address, source):
            return
        self.emit(E.amo(E.LR, width, rd, address, 0), rd, (address,))
        self.emit(E.amo(E.SC, width, rd, address, source), rd, (address, source))

    def emit_clint(self, mode):
        """The hart's own interrupts, and, if there is one, the other hart's registers."""
        r = self.random
        if self.wild and mode != P.M:
            return      # out of execute-only memory the monitor cannot read the instruction
        # Without -icount QEMU takes an interrupt that the hart itself has raised some time later.
        hart = self.config.harts - 1
        if r.random() < 0.5:
            place, width, values = T.CLINT + 4 * hart, 2, [0, 1, ONES, 2]
        else:
            place, width, values = T.CLINT + 0x4000 + 8 * hart, 3, [0, ONES]
        address, value = self.holding(place), self.holding(r.choice(values))
        if not address or value is None:
            return
        if r.random() < 0.7:
            self.emit(E.store(width, value, address, 0), 0, (address, value))
        else:
            rd = self.target()
            self.emit(E.load(width, rd, address, 0), rd, (address,))

    def emit_fence(self, mode):
        words = [E.FENCE, E.FENCE_I, E.SFENCE_ALL, E.SFENCE_ALL]
        if self.config.h and mode in (P.M, P.S):
            words += E.HFENCES
        self.emit(self.random.choice(words))

    def emit_trap(self, mode):
        r = self.random
        pick = r.randrange(6)
        if pick < 3:
            self.emit(r.choice([E.ECALL, E.EBREAK, E.C_EBREAK, E.C_UNIMP, E.MRET
                                if mode != P.M else E.ECALL, E.WFI if mode == P.U else E.ECALL]))
            return
        # A word of the SYSTEM opcode that is no CSR access; what returns or sleeps is left out.
        word = r.getrandbits(32) & ~0x7FFF | r.choice([0, 4]) << 12 | 0x73
        if word >> 20 in (0x302, 0x102, 0x105, 0x702, 0x7B2, 0x80D, 0x81D) or mode == P.M and \
                word >> 25 & 0x70 == 0x30:
            return
        self.emit(word)

    def emit_hypervisor_access(self, _mode):
        r = self.random
        address = self.holding(T.any_address(r, False))
        if not self.config.h or not address:
            return
        if r.random() < 0.6:
            rd = self.target()
            self.emit(E.hlv(r.choice(E.HLV), rd, address), rd, (address,))
        else:
            source = self.source()
            self.emit(E.hsv(r.choice(E.HSV), address, source), 0, (address, source))

    # ---- a few instructions that belong together ----

    def emit_return(self, mode):
        """mret or sret to the instruction behind it, in the same block."""
        if not self.block.call or mode not in (P.M, P.S):
            return
        machine = mode == P.M and self.random.random() < 0.7
        # csrw, csrw/csrs of the status, xret: three words of four bytes.
        behind = self.block.pc + self.block.offsets()[-1] + 12
        pc = self.holding(behind)
        if machine:
            # QEMU 7.2 takes MPV for M-mode, too, and is then in a mode that does not exist.
            mpp = self.random.choice([0, 1, 3] if self.config.sound_mpv() else [0, 1])
            status, number = self.holding(mpp << 11), csrs.NAMES["mstatus"]
            clear = self.holding(csrs.MPP)
            op = E.RS
            epc = csrs.NAMES["mepc"]
        else:
            status, number, epc = self.holding(0x100), csrs.NAMES["sstatus"], csrs.NAMES["sepc"]
            op = self.random.choice([E.RS, E.RC])
        if pc is None or status is None or machine and clear is None:
            return
        self.emit(E.csr(E.RW, 0, epc, pc), 0, (pc,))
        if machine:
            self.emit(E.csr(E.RC, 0, number, clear), 0, (clear,))
        self.emit(E.csr(op, 0, number, status), 0, (status,))
        self.emit(E.MRET if machine else E.SRET)

    def emit_wfi(self, mode):
        """Only where something is pending: asleep, the machine would never wake up."""
        if mode != P.M:
            return
        # At the end of a page QEMU 10 says that the wfi that trapped was on the next page.
        if self.block.place + self.block.offsets()[-1] + 8 & 0xFFF > 0xFFA:
            return
        self.emit(E.csr(E.RSI, 0, csrs.NAMES["mip"], 2))
        self.emit(E.csr(E.RSI, 0, csrs.NAMES["mie"], 2))
        self.emit(E.WFI)

    def emit_page_table(self, mode):
        if mode != P.M or self.mprv:
            return
        address, value = T.table_entry(self.random)
        address, value = self.holding(address), self.holding(value)
        if address and value is not None:
            self.emit(E.store(3, value, address, 0), 0, (address, value))
            self.emit(E.SFENCE_ALL)

    # ---- blocks ----

    WEIGHTS = [("emit_csr", 55), ("emit_alu", 12), ("emit_access", 14), ("emit_amo", 4),
               ("emit_clint", 4), ("emit_fence", 3), ("emit_trap", 2), ("emit_return", 2),
               ("emit_wfi", 1), ("emit_page_table", 1), ("emit_hypervisor_access", 2)]

    def fill(self, mode):
        r = self.random
        length = r.choice([1, 1, 2, 2, 3, 4, 6, 8, 12, 16, 24, 32])
        names, weights = zip(*self.WEIGHTS)
        for _ in range(length):
            if len(self.block.insns) >= length:
                break
            getattr(self, r.choices(names, weights)[0])(mode)

    def setup(self):
        """First block: protection, translation, delegation and interrupts as this program wants."""
        block = P.Block(P.JUMP)
        self.begin(block)
        for i in range(11):
            if self.random.random() < 0.6:
                self.emit_csr(P.M, 0x3B0 + i, self.pmp_address())
            else:
                self.emit_csr(P.M, 0x3B0 + i, P.DATA_BASE >> 2)
        if self.random.random() < 0.7:
            self.emit_csr(P.M, 0x3A0)
        self.settle(True)
        names = ["medeleg", "mideleg", "mcounteren", "satp", "mie", "mstatus"]
        if self.config.h:
            names += ["hedeleg", "hideleg", "hgatp", "vsatp", "hcounteren"]
        if csrs.NAMES["mvien"] in self.config.numbers and self.random.random() < 0.3:
            # First what makes bits of the others registers of their own.
            names += ["mvien", "hvien", "mvip", "hvip", "sie", "vsie"]
        for name in names:
            if self.random.random() < 0.6:
                self.emit_csr(P.M, csrs.NAMES[name])
        self.program.blocks.append(block)

    def choose_way(self):
        ways = [P.JUMP] * 8 + [P.LATE, P.M, P.M] + [P.S] * 4 + [P.U] * 2
        if self.config.h:
            ways += [P.VS] * 3 + [P.VU]
        return self.random.choice(ways)

    def add_block(self):
        r = self.random
        way = self.choose_way()
        place = P.CODE_LATE if way == P.LATE else P.CODE_BASE
        if way not in (P.JUMP, P.LATE):
            place = r.choice([P.CODE_BASE] * 4 +
                             [P.CODE_LATE, P.CODE_BASE + 2, P.CODE_BASE + 0xFFA])
        block = P.Block(way, place, place)
        if way in (P.U, P.VU) and self.translated:
            block.pc = place + T.ALIAS
        block.mpie = r.random() < 0.5
        if way in (P.JUMP, P.LATE):
            block.call = way == P.JUMP and r.random() < 0.3
        if self.config.harts > 1 and r.random() < 0.25:
            block.order = r.randrange(1, 7)
        self.begin(block)
        if block.mode() == P.M and r.random() < 0.4:
            self.emit(E.csr(E.RW, 0, csrs.NAMES["mie"], 0))
        self.fill(block.mode())
        self.program.blocks.append(block)

    def make(self):
        program = self.program
        program.flags = (P.WILD if self.wild else 0) | (P.HAS_H if self.config.h else 0)
        program.memory = T.build(self.random, self.config.h)
        for i in range(0, 64):
            program.memory[P.DATA_BASE + 8 * i * 7 % 0x4000] = self.random.getrandbits(64)
        program.x = [0] + [self.odd_value() for _ in range(31)]
        program.x[program.base] = 0
        self.setup()
        for _ in range(self.random.randrange(3, 12)):
            self.add_block()
        return program


def make_program(ident, seed, config, symbols):
    return Maker(ident, seed, config, symbols).make()
