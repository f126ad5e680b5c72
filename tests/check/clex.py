# SPDX-License-Identifier: Apache-2.0
"""A small reader of C: enough to tell code from comments and to find functions."""
import re
from dataclasses import dataclass

TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)
ATTRIBUTE = re.compile(r"__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)|_Noreturn|\[\[[^\]]*\]\]")


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The text with comments turned to blanks; every position stays where it was."""
    return TOKEN.sub(lambda m: _blank(m[0]) if m[0][0] == "/" else m[0], text)


def code_only(text):
    """The text with comments and the insides of strings turned to blanks."""
    def blank(match):
        word = match[0]
        return _blank(word) if word[0] == "/" else word[0] + _blank(word[1:-1]) + word[-1]
    return TOKEN.sub(blank, text)


def comments(text):
    """(line, text) of each line of each comment, without its decoration."""
    found = []
    for match in TOKEN.finditer(text):
        if match[0][0] != "/":
            continue
        first = text.count("\n", 0, match.start()) + 1
        body = match[0][2:-2] if match[0][1] == "*" else match[0][2:]
        found += [(first + i, re.sub(r"^[\s*]*", "", line).rstrip())
                  for i, line in enumerate(body.split("\n"))]
    return found


def without_preprocessor(code):
    """Code with preprocessor lines (and their continuations) turned to blanks."""
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: _blank(m[0]), code, flags=re.M)


@dataclass
class Function:
    """A function definition: where it is and how large."""
    name: str
    line: int
    lines: int
    params: int
    branches: int


def _head(head):
    """(position of the name, name, parameters) if this text introduces a function body."""
    clean = ATTRIBUTE.sub(lambda m: _blank(m[0]), head)
    end = len(clean.rstrip())
    if end == 0 or clean[end - 1] != ")":
        return None
    depth, at = 0, end
    while at > 0:
        at -= 1
        depth += {")": 1, "(": -1}.get(clean[at], 0)
        if depth == 0:
            break
    name = re.search(r"([A-Za-z_]\w*)\s*$", clean[:at])
    before = clean[:name.start()].rsplit(";", 1)[-1] if name else ""
    if not name or "=" in before:
        return None
    return name.start(), name.group(1), _parameters(clean[at + 1:end - 1])


def _parameters(inside):
    if inside.strip() in ("", "void"):
        return 0
    depth = commas = 0
    for char in inside:
        depth += {"(": 1, ")": -1}.get(char, 0)
        commas += char == "," and depth == 0
    return commas + 1


def _measure(text, code, start, open_at, close_at, head):
    whole = without_comments(text)[start:close_at + 1]
    body = code[open_at:close_at]
    branches = re.findall(r"\b(?:if|for|while|switch)\b|&&|\|\||\?", body)
    return Function(head[1], code.count("\n", 0, start) + 1,
                    sum(1 for line in whole.split("\n") if line.strip()), head[2],
                    1 + len(branches))


def functions(text):
    """Every function defined in a C text, with its size in lines of code, signature included.

    Branches are counted as in cyclomatic complexity, but a switch counts once, not per case.
    """
    code = without_preprocessor(code_only(text))
    found, depth, since, pending = [], 0, 0, None
    for at, char in enumerate(code):
        if char == "{":
            if depth == 0:
                head = _head(code[since:at])
                pending = (since + head[0], at, head) if head else None
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                if pending:
                    found.append(_measure(text, code, pending[0], pending[1], at, pending[2]))
                pending, since = None, at + 1
        elif char == ";" and depth == 0:
            since = at + 1
    return found
