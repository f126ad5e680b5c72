# SPDX-License-Identifier: Apache-2.0
"""CSRs as the generator sees them: numbers, what may be written, and what is reset and logged."""

ALL_ONES = 0xFFFFFFFFFFFFFFFF
PAD_BASE = 0x80042000   # as in stage/layout.h

NAMES = {
    "sstatus": 0x100, "sie": 0x104, "stvec": 0x105, "scounteren": 0x106, "senvcfg": 0x10A,
    "sscratch": 0x140, "sepc": 0x141, "scause": 0x142, "stval": 0x143, "sip": 0x144,
    "stimecmp": 0x14D, "satp": 0x180, "scontext": 0x5A8,
    "vsstatus": 0x200, "vsie": 0x204, "vstvec": 0x205, "vsscratch": 0x240, "vsepc": 0x241,
    "vscause": 0x242, "vstval": 0x243, "vsip": 0x244, "vstimecmp": 0x24D, "vsatp": 0x280,
    "hstatus": 0x600, "hedeleg": 0x602, "hideleg": 0x603, "hie": 0x604, "htimedelta": 0x605,
    "hcounteren": 0x606, "hgeie": 0x607, "henvcfg": 0x60A, "htval": 0x643, "hip": 0x644,
    "hvip": 0x645, "htinst": 0x64A, "hgatp": 0x680, "hgeip": 0xE12,
    "mstatus": 0x300, "misa": 0x301, "medeleg": 0x302, "mideleg": 0x303, "mie": 0x304,
    "mtvec": 0x305, "mcounteren": 0x306, "menvcfg": 0x30A, "mcountinhibit": 0x320,
    "mscratch": 0x340, "mepc": 0x341, "mcause": 0x342, "mtval": 0x343, "mip": 0x344,
    "mtinst": 0x34A, "mtval2": 0x34B, "mseccfg": 0x747, "mvendorid": 0xF11, "marchid": 0xF12,
    "mimpid": 0xF13, "mhartid": 0xF14, "mconfigptr": 0xF15, "mvien": 0x308, "mvip": 0x309,
    "hvien": 0x608, "hvictl": 0x609, "hviprio1": 0x646, "hviprio2": 0x647, "siselect": 0x150,
    "vsiselect": 0x250, "miselect": 0x350, "stopi": 0xDB0, "vstopi": 0xEB0, "mtopi": 0xFB0,
    "scountovf": 0xDA0, "mcyclecfg": 0x321, "minstretcfg": 0x322, "fflags": 1, "frm": 2, "fcsr": 3,
    "vstart": 8, "vxsat": 9, "vxrm": 10, "vcsr": 15, "vl": 0xC20, "vtype": 0xC21, "vlenb": 0xC22,
    "jvt": 0x17, "ssp": 0x11,
}
for _i in range(4):
    NAMES[f"mstateen{_i}"] = 0x30C + _i
    NAMES[f"hstateen{_i}"] = 0x60C + _i
    NAMES[f"sstateen{_i}"] = 0x10C + _i
for _i in range(3, 32):
    NAMES[f"mhpmevent{_i}"] = 0x320 + _i
PMP_ENTRIES = 12      # what the monitor leaves of 16
for _i in range(PMP_ENTRIES):
    NAMES[f"pmpaddr{_i}"] = 0x3B0 + _i
NAMES["pmpcfg0"], NAMES["pmpcfg2"] = 0x3A0, 0x3A2
BY_NUMBER = {number: name for name, number in NAMES.items()}

HYPERVISOR = {n for n in range(0x200, 0x300)} | {n for n in range(0x600, 0x700)} | \
    {0x34A, 0x34B, 0xE12, 0xEB0}

# Values that are time: nobody reads them into a register, and what is written is not seen again.
TIMED = set(range(0xB00, 0xB20)) | set(range(0xC00, 0xC20)) | set(range(0xB80, 0xBA0)) | \
    set(range(0xC80, 0xCA0))
# Not touched at all: triggers would stop the stage itself, records of jumps and random numbers
# are another each time, and the resumable-NMI and debug registers end the program.
# QEMU takes no write to htinst, so nothing resets it.
NO_RESET = {0x64A}
NEVER = set(range(0x7A0, 0x7C0)) | set(range(0x740, 0x746)) | \
    {0x015, 0x14E, 0x14F, 0x15F, 0x24E, 0x34E, 0x5A8, 0x6A8}

MPRV, FS, VS = 1 << 17, 3 << 13, 3 << 9
MPP = 3 << 11
UXL, SXL, MDT = 3 << 32, 3 << 34, 1 << 42
GVA, MPV, MPELP = 1 << 38, 1 << 39, 1 << 41
UXL_64, SXL_64 = 2 << 32, 2 << 34

VECTORS = {"mtvec"}
STATUS_FIXED = {           # fields that stay: mask, and what csrrw writes there
    "mstatus": (UXL | SXL | MDT | GVA | MPELP, UXL_64 | SXL_64),
    "sstatus": (UXL, UXL_64),
    "vsstatus": (UXL, UXL_64),
    "hstatus": (UXL, UXL_64),
}
DEADLINES = {"stimecmp", "vstimecmp"}


def mode_of(number):
    """The least mode that may access it: 0 U, 1 S, 2 HS, 3 M."""
    return (number >> 8) & 3


def is_read_only(number):
    return number >> 10 == 3


def reset_list(config):
    """(number, value) in order: the state in which every program finds the hart."""
    # With STCE, bits of mip cannot be written.
    rows = [("mstatus", UXL_64 | SXL_64), ("menvcfg", 0), ("mip", 0), ("pmpcfg0", 0),
            ("pmpcfg2", 0)]
    rows += [(f"pmpaddr{i}", 0) for i in range(PMP_ENTRIES - 1)]
    rows += [("pmpaddr11", ALL_ONES), ("pmpcfg2", 0x1F000000)]
    zero = ["medeleg", "mideleg", "mie", "mcounteren", "mcountinhibit", "mscratch",
            "mepc", "mcause", "mtval", "mvien", "mvip", "mcyclecfg", "minstretcfg", "miselect",
            "scounteren", "senvcfg", "sscratch", "sepc", "scause", "stval", "satp", "siselect",
            "fcsr", "ssp", "jvt", "mseccfg", "menvcfg"]
    zero += [f"mhpmevent{i}" for i in range(3, 32)]
    zero += [f"{p}stateen{i}" for p in "msh" for i in range(4)]
    rows.append(("menvcfg", ALL_ONES))     # opens stimecmp and senvcfg for the next lines
    # What sie, mvip, vsie and hvip have of their own can be written only so (AIA 5.3, 6.3.2).
    rows += [("mideleg", 0), ("mvien", ALL_ONES), ("sie", 0), ("mvip", 0)]
    if config.h:
        rows += [("hstatus", UXL_64), ("vsstatus", UXL_64)]
        rows += [("hideleg", 0), ("hvien", ALL_ONES), ("vsie", 0), ("hvip", 0)]
        zero += ["hedeleg", "hideleg", "hvip", "htimedelta", "hcounteren", "hgeie", "henvcfg",
                 "htval", "htinst", "hgatp", "mtinst", "mtval2", "vsscratch", "vsepc",
                 "vscause", "vstval", "vsatp", "hvien", "hvictl", "hviprio1", "hviprio2",
                 "vsiselect", "vsie"]
        rows += [("vstimecmp", ALL_ONES), ("vstvec", PAD_BASE)]
    rows += [("stimecmp", ALL_ONES), ("stvec", PAD_BASE)]
    rows += [(name, 0) for name in zero]
    return [(NAMES[name], value) for name, value in rows]


def block_list(config):
    """CSRs logged after each block."""
    names = ["mepc", "mcause", "mtval", "mip", "mie", "sepc", "scause", "stval", "medeleg",
             "mideleg", "mtvec", "mscratch", "satp"]
    if config.h:
        names += ["mtval2", "mtinst", "hstatus", "vsstatus", "vsepc", "vscause", "vstval", "htval",
                  "htinst"]
    return [NAMES[name] for name in names if NAMES[name] not in NO_RESET]


def end_list(_config):
    """CSRs logged after a program, with the cause where the access traps."""
    return sorted(n for n in NAMES.values()
                  if n not in NEVER | NO_RESET)
