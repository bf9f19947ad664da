"""Workbooks locked with a password, as Excel locks them: an own writer, not the reader turned."""

import hashlib
import struct
from io import BytesIO

import msoffcrypto
import olefile
from msoffcrypto.format.ooxml import OOXMLFile

DEFAULT = "VelvetSweatshop"
BOF, FILE_PASS, BOUND_SHEET, WRITE_ACCESS = 0x0809, 0x002F, 0x0085, 0x005C
PLAIN = {BOF, FILE_PASS, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138}
BLOCK = 1024


def rc4(key, length):
    """The key stream."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    stream = bytearray()
    for _ in range(length):
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        stream.append(state[(state[i] + state[j]) % 256])
    return bytes(stream)


def _md5(data):
    return hashlib.md5(data, usedforsecurity=False).digest()


def _key(password, salt, block):
    first = _md5(password.encode("utf-16-le"))[:5]
    return _md5(_md5((first + salt) * 16)[:5] + struct.pack("<I", block))


def _mixed(data, stream):
    return bytes(a ^ b for a, b in zip(data, stream, strict=True))


def locked_xls(data, password=DEFAULT):
    """An xls with its stream encrypted by RC4, as Excel 97 to 2003 write it."""
    whole = BytesIO(data)
    book = olefile.OleFileIO(whole, write_mode=True)
    stream = book.openstream("Workbook").read()
    book.write_stream("Workbook", _locked(stream, password))
    book.close()
    return whole.getvalue()


def _locked(stream, password):
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    mask = rc4(_key(password, salt, 0), 32)
    proof = _mixed(verifier, mask[:16]) + _mixed(_md5(verifier), mask[16:])
    told = struct.pack("<HHH", 1, 1, 1) + salt + proof
    stream = _with_room(stream, struct.pack("<HH", FILE_PASS, len(told)) + told)
    blocks = range(len(stream) // BLOCK + 1)
    mask = b"".join(rc4(_key(password, salt, block), BLOCK) for block in blocks)
    return _encrypted(stream, mask)


def _with_room(stream, record):
    """Put a record behind the first; the name of the last user makes room for it."""
    first = 4 + struct.unpack_from("<H", stream, 2)[0]
    at, between = first, b""
    while struct.unpack_from("<H", stream, at)[0] != WRITE_ACCESS:
        size = 4 + struct.unpack_from("<H", stream, at + 2)[0]
        between, at = between + stream[at : at + size], at + size
    size = struct.unpack_from("<H", stream, at + 2)[0]
    left = size - len(record)
    name = struct.pack("<HH", WRITE_ACCESS, left) + stream[at + 4 : at + 4 + left]
    return stream[:first] + record + between + name + stream[at + 4 + size :]


def _encrypted(stream, mask):
    out, at = bytearray(stream), 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        start = at + 4 + (4 if kind == BOUND_SHEET else 0)
        at += 4 + size
        if kind not in PLAIN:
            out[start:at] = _mixed(stream[start:at], mask[start:at])
        if kind == 0 and size == 0:
            break
    return bytes(out)


def locked_xlsx(data, password=DEFAULT):
    """An xlsx with its package encrypted, as Excel 2007 and later write it."""
    locked = BytesIO()
    OOXMLFile(BytesIO(data)).encrypt(password, locked)
    return locked.getvalue()


def is_locked(data):
    """Whether the library sees a password."""
    return msoffcrypto.OfficeFile(BytesIO(data)).is_encrypted()
