# SPDX-License-Identifier: Apache-2.0
"""A real OpenSBI with a few instructions added that make it die in a certain call."""
import os
import struct
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PT_LOAD, PF_X = 1, 1
# The beginning of OpenSBI's trap entry: csrrw tp, mscratch, tp; sd t0, N(tp) for any N, which
# leaves these bits; csrr t0, mstatus. The last of them is replaced.
SWAP_TP, SAVE_T0, SAVE_T0_MASK, READ_STATUS = 0x34021273, 0x00523023, 0x01fff07f, 0x300022f3


class PatchError(Exception):
    """This OpenSBI is not built as expected; the text says in what."""


def _segments(image, flag=0):
    """What is loaded: the place of the program header, file offset, address, size, alignment."""
    start, = struct.unpack_from("<Q", image, 32)
    size, count = struct.unpack_from("<HH", image, 54)
    for at in range(start, start + size * count, size):
        kind, flags, offset, address, _, filesz, _, align = struct.unpack_from("<IIQQQQQQ", image,
                                                                               at)
        if kind == PT_LOAD and flags & flag == flag:
            yield at, offset, address, filesz, align


def _sites(image, offset, address, size):
    """The addresses of the instructions to replace, one for each trap entry."""
    found = []
    for at in range(offset, offset + size - 12, 2):
        first, second, third = struct.unpack_from("<III", image, at)
        if (first, second & SAVE_T0_MASK, third) == (SWAP_TP, SAVE_T0, READ_STATUS):
            found.append(address + at - offset + 8)
    if not found:
        raise PatchError("the firmware's trap entry was not found")
    return found


def _jump(distance):
    """j distance"""
    d = distance & 0x1fffff
    return (d >> 20 & 1) << 31 | (d >> 1 & 0x3ff) << 21 | (d >> 11 & 1) << 20 \
        | (d >> 12 & 0xff) << 12 | 0x6f


def _assemble(cross, work, base, site, flags):
    """The hook for one site, linked at base."""
    elf, raw = work + ".hook.elf", work + ".hook.bin"
    subprocess.run([cross + "gcc", "-march=rv64imac_zicsr", "-mabi=lp64", "-mcmodel=medany",
                    "-mno-relax", "-nostdlib", "-static", "-Wl,--build-id=none",
                    f"-Wl,-Ttext={base:#x}", f"-Wl,--defsym=SITE={site:#x}", "-Wl,-e,hook", *flags,
                    "-o", elf, os.path.join(HERE, "broken_firmware.S")], check=True)
    subprocess.run([cross + "objcopy", "-O", "binary", "-j", ".text", elf, raw], check=True)
    with open(raw, "rb") as data:
        code = data.read()
    os.unlink(elf)
    os.unlink(raw)
    return code + bytes(-len(code) % 16)


def _raw(image):
    """The file as it lies in memory from the address 0 on."""
    memory = bytearray()
    for _, offset, address, size, _ in _segments(image):
        memory += bytes(address + size - len(memory))
        memory[address:address + size] = image[offset:offset + size]
    return memory


def make(original, out, cross, flags):
    """
    Write the ELF file original, with a hook in every trap entry, to out.elf, and its raw image to
    out.bin; raises PatchError.
    """
    with open(original, "rb") as data:
        image = bytearray(data.read())
    header, offset, address, size, align = next(_segments(image, PF_X))
    sites = _sites(image, offset, address, size)
    end = size + -size % 16
    for site in sites:
        hook = _assemble(cross, out, address + end, site, flags)
        place = offset + end
        if end + len(hook) > size + -size % align or any(image[place:place + len(hook)]):
            raise PatchError("there is no room behind the firmware's code")
        image[place:place + len(hook)] = hook
        struct.pack_into("<I", image, offset + site - address, _jump(address + end - site))
        end += len(hook)
    struct.pack_into("<QQ", image, header + 32, end, end)
    for name, content in (("elf", image), ("bin", _raw(image))):
        with open(f"{out}.{name}", "wb") as data:
            data.write(content)
