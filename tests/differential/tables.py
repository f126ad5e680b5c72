# SPDX-License-Identifier: Apache-2.0
"""Page tables of a random program, and the addresses that its loads and stores use."""
import program as P

ROOT, L1A, L0A, L1B, L0B, L1C = (P.ARENA_BASE + i * 0x1000 for i in range(6))
ROOT48, ROOT57 = P.ARENA_BASE + 0x6000, P.ARENA_BASE + 0x7000
ROOT_G = P.ARENA_BASE + 0x8000      # 16 KiB, so aligned
V, R, W, X, USER, G, A, D = (1 << i for i in range(8))
ALL = V | R | W | X | A | D

ALIAS = 0x40000000 - P.RAM_BASE     # another view of the first 2 MiB: code for U, data as it comes
GIGA = 0x100000000 - P.RAM_BASE     # a gigabyte page
HIGH = 0xFFFFFFC000000000 - P.RAM_BASE
CLINT = 0x02000000
UNMAPPED = 0x08000000
SATP_SV39, SATP_SV48, SATP_SV57 = (mode << 60 for mode in (8, 9, 10))


def pte(physical, flags):
    return physical >> 12 << 10 | flags


def _some_flags(random):
    """Mostly a page that lets something through; sometimes a broken one."""
    flags = random.choice([V | R, V | R | W, V | R | W | X, V | X, V | R | X, V | W, V, 0])
    flags |= random.choice([0, USER]) | random.choice([0, G])
    return flags | random.choice([A | D, A | D, A | D, A, 0, D])


def _fill(memory, random, table, wanted):
    """Entries for the first 2 MiB of memory: code as wanted, data anyhow."""
    for i in (0x40, 0x41):
        memory[table + 8 * i] = pte(P.RAM_BASE + (i << 12), wanted)
    memory[table + 8 * 0x42] = pte(P.PAD_BASE, V | R | X | A)
    for i in range(0x54, 0x58):
        flags = ALL | random.choice([0, USER]) if random.random() < 0.5 else _some_flags(random)
        high = random.choice([1 << 54, 1 << 63, 1 << 61]) if random.random() < 0.03 else 0
        memory[table + 8 * i] = pte(P.RAM_BASE + (i << 12), flags) | high


def build(random, hypervisor):
    """Contents of the program's page tables."""
    memory = {ROOT + 16: pte(L1A, V), L1A: pte(L0A, V), ROOT + 8: pte(L1B, V), L1B: pte(L0B, V)}
    _fill(memory, random, L0A, ALL)
    _fill(memory, random, L0B, ALL | USER)
    memory[ROOT] = pte(L1C, V)
    user = random.choice([0, USER])
    # The CLINT's 2 MiB page, or, seldom, one that is misaligned.
    odd = 0x1000 if random.random() < 0.1 else 0
    memory[L1C + 8 * 16] = pte(CLINT + odd, V | R | W | A | D | user)
    memory[L1C + 8 * 64] = pte(UNMAPPED, V | R | W | A | D | user)
    memory[ROOT + 8 * 4] = pte(P.RAM_BASE, ALL | random.choice([0, USER]))
    memory[ROOT + 8 * 256] = pte(P.RAM_BASE, _some_flags(random))
    memory[ROOT + 8 * 3] = pte(L1A, V | random.choice([0, A, D, USER]))
    memory[ROOT48], memory[ROOT57] = pte(ROOT, V), pte(ROOT48, V)
    if hypervisor:
        memory[ROOT_G] = pte(0, ALL | USER)
        memory[ROOT_G + 16] = pte(P.RAM_BASE, ALL | USER)
        memory[ROOT_G + 8] = pte(P.RAM_BASE, _some_flags(random))
        memory[ROOT_G + 32] = pte(P.RAM_BASE, ALL | random.choice([0, USER]))
    return memory


def satp_values(random):
    asid = random.choice([0, 0, 1, 0xFFFF]) << 44
    return [0, SATP_SV39 | asid | ROOT >> 12, SATP_SV39 | ROOT >> 12,
            SATP_SV48 | asid | ROOT48 >> 12, SATP_SV57 | ROOT57 >> 12]


def hgatp_values(random):
    vmid = random.choice([0, 0, 1, 0x3FFF]) << 44
    return [0, SATP_SV39 | vmid | ROOT_G >> 12, SATP_SV39 | ROOT_G >> 12]


def data_address(random):
    """A physical address of the program's data, with a liking for borders."""
    edge = random.choice([0, 0x1000, 0x2000, 0x3000])
    offset = edge + random.choice([-8, -4, -2, -1, 0, 0, 8, random.randrange(0, 0x1000)])
    return P.DATA_BASE + max(0, min(offset, 0x3FF8))


def any_address(random, aligned):
    """An address for a load or store: data in one of its views, a hole, or nonsense."""
    pick = random.random()
    if pick < 0.85:
        address = data_address(random)
        if aligned or random.random() < 0.6:
            address &= ~7
        if pick < 0.5:
            return address
        return address + random.choice([ALIAS, ALIAS, GIGA, HIGH]) & (1 << 64) - 1
    if pick < 0.91:
        return UNMAPPED + 8 * random.randrange(16)
    return random.choice([1 << 40, 1 << 55, (1 << 63) + 0x1000, (1 << 64) - 8, 0xFFFFFFF000,
                          1 << 38, P.ARENA_BASE + 0x1F000])


def table_entry(random):
    """The address of an entry that maps data, and what may be written there."""
    table = random.choice([L0A, L0B])
    i = random.randrange(0x54, 0x58)
    return table + 8 * i, pte(P.RAM_BASE + (i << 12), _some_flags(random))
