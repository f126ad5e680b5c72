# SPDX-License-Identifier: Apache-2.0
"""Finds the places in C sources at which auto.py may change one thing, and says what it may be.

A place is a line inside a function. What it is called does not depend on where the line is: only
on the function's name, on the words of the line, on how often the function has had such a line
before, and on the change. So code that moves keeps its places, and those that survived keep their
entries in survivors.txt.
"""
import hashlib
import re

TOKEN = re.compile(r"""
      (?P<comment> /\*.*?\*/ | //[^\n]* )
    | (?P<directive> ^[ \t]*\#(?:[^\n]*\\\n)*[^\n]* )
    | (?P<string> "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' )
    | (?P<number> \b(?:0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*\b )
    | (?P<word> [A-Za-z_]\w* )
    | (?P<sign> <<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w] )
    """, re.VERBOSE | re.DOTALL | re.MULTILINE)

COMPARED = {"==": ["!="], "!=": ["=="], "<": ["<=", ">"], "<=": ["<", ">="], ">": [">=", "<"],
            ">=": [">", "<="]}
LOGICAL = {"&&": ["||"], "||": ["&&"]}
COMPUTED = {"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "<<": [">>"],
            ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["|"]}
ASSIGNED = {"+=": ["-="], "-=": ["+="], "|=": ["&="], "&=": ["|="], "^=": ["|="],
            "<<=": [">>="], ">>=": ["<<="], "++": ["--"], "--": ["++"]}
TURNED = {"true": ["false"], "false": ["true"]}
SWAPPED = {**COMPARED, **LOGICAL, **ASSIGNED, **TURNED}

HEADS = ("if", "while", "for", "switch")
LABELS = ("case", "default")
PLAIN = ("break", "continue", "goto", "else", "do")
# What checks the monitor itself, and how it ends if that fails, is not changed.
LEFT_ALONE = ("CHECK", "panic", "static_assert", "_Static_assert")


class Token:
    """One word or sign, with its place in the text."""

    def __init__(self, kind, text, start, line):
        self.kind, self.text, self.start, self.line = kind, text, start, line
        self.end = start + len(text)


class Change:
    """One thing that may be changed: edits are (start, end, text), in order."""

    def __init__(self, line, lines, edits, what):
        self.line, self.lines, self.edits, self.what = line, lines, edits, what


class Place:
    """A line of a function and the changes that may be made in it."""

    def __init__(self, path, number, function, words, nth):
        self.path, self.number, self.function, self.words = path, number, function, words
        self.identity = f"{function}|{words}|{nth}"
        self.changes = []

    def mark(self, change):
        """The name of a change of this place."""
        return digest(self.identity, change.what)[:12]


def digest(*parts):
    return hashlib.sha256("|".join(str(p) for p in parts).encode()).hexdigest()


def tokens_of(text):
    found, line, last = [], 1, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        if match.lastgroup not in ("comment", "directive"):
            found.append(Token(match.lastgroup, match.group(), match.start(), line))
    return found


def functions_of(tokens):
    """Yields (name, the words before the name, the tokens of the body without its braces)."""
    depth, begin, body = 0, 0, None
    for i, token in enumerate(tokens):
        if token.text == "{":
            if depth == 0 and i > 0 and tokens[i - 1].text == ")":
                body = i
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0 and body is not None:
                name = opening(tokens, body - 1) - 1
                yield tokens[name].text, [t.text for t in tokens[begin:name]], tokens[body + 1:i]
                body = None
        if depth == 0 and token.text in ("}", ";"):
            begin = i + 1


def opening(tokens, i):
    """The index of the parenthesis that the one at i closes."""
    depth = 0
    while True:
        depth += {")": 1, "(": -1}.get(tokens[i].text, 0)
        if depth == 0:
            return i
        i -= 1


def statements_of(body):
    """Splits a body into heads (if (...)), labels and statements with their semicolon."""
    part, depth = [], 0
    for token in body:
        if not part and token.text in ("{", "}"):
            continue
        part.append(token)
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
        first = part[0].text
        if depth == 0 and (token.text == ";" or first in ("else", "do") or
                           (token.text == ")" and first in HEADS) or
                           (token.text == ":" and (first in LABELS or len(part) == 2))):
            yield part
            part = []


def is_declaration(part):
    """Two names in a row, or a name, stars and a name."""
    if part[0].kind != "word" or part[0].text in HEADS + PLAIN + LABELS + ("return",):
        return False
    rest = [t for t in part[1:] if t.text != "*"]
    return bool(rest) and rest[0].kind == "word"


def is_dropped(part):
    """Is it a call or an assignment?"""
    return (part[-1].text == ";" and not is_declaration(part) and
            part[0].text not in HEADS + PLAIN + LABELS + ("return", "(", ";"))


def next_numbers(text):
    """A constant and its neighbours, 0 and 1 each other's only one."""
    digits, suffix = re.fullmatch(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)", text).groups()
    value = int(digits, 0) if digits.lower().startswith("0x") else int(digits)
    others = [1] if value == 0 else [0] if value == 1 else [value - 1, value + 1]
    return [(hex(n) if digits.lower().startswith("0x") else str(n)) + suffix for n in others]


def is_binary(text, token):
    return text[token.start - 1] in " \t\n" and text[token.end] in " \n"


def replacements(text, token):
    """What may stand in place of a token."""
    if token.kind == "number":
        return next_numbers(token.text)
    if token.text in SWAPPED:
        return SWAPPED[token.text]
    if token.text in COMPUTED and is_binary(text, token):
        return COMPUTED[token.text]
    if token.text in ("!", "~"):
        return [""]
    return []


def changes_of_tokens(text, part, lines):
    seen = {}
    tokens = part
    if is_declaration(part):
        equals = [i for i, t in enumerate(part) if t.text == "="]
        static = any(t.text == "static" for t in part)
        tokens = part[equals[0] + 1:] if equals and not static else []
    for token in tokens:
        nth = seen[token.line, token.text] = seen.get((token.line, token.text), 0) + 1
        for new in replacements(text, token):
            which = f" (no. {nth})" if nth > 1 else ""
            yield Change(token.line, lines, [(token.start, token.end, new)],
                         f"{token.text} becomes {new or 'nothing'}{which}")


def changes_of_statement(part, lines, kind):
    """Conditions turned round, statements left out, other values returned."""
    first, last = part[0], part[-1]
    if first.text in ("if", "while"):
        yield Change(first.line, lines, [(part[1].end, part[1].end, "!("),
                                         (last.start, last.start, ")")], "condition negated")
    elif is_dropped(part):
        yield Change(first.line, lines, [(first.start, last.start, "")], "statement dropped")
    elif first.text == "return" and len(part) > 3:
        before, after = ("!(", ")") if "bool" in kind else ("(", ") + 1")
        yield Change(first.line, lines, [(part[1].start, part[1].start, before),
                                         (last.start, last.start, after)],
                     "opposite returned" if "bool" in kind else "one more returned")


def changes_of(text, body, kind):
    for part in statements_of(body):
        if part[0].text in LABELS or any(t.text in LEFT_ALONE for t in part):
            continue
        lines = range(part[0].line, part[-1].line + 1)
        yield from changes_of_statement(part, lines, kind)
        yield from changes_of_tokens(text, part, lines)


def places_of(path, text):
    """All places of one file."""
    lines = text.split("\n")
    found = []
    for function, kind, body in functions_of(tokens_of(text)):
        places, seen = {}, {}
        for number in sorted({t.line for t in body}):
            words = " ".join(lines[number - 1].split())
            nth = seen[words] = seen.get(words, 0) + 1
            places[number] = Place(path, number, function, words, nth)
        for change in changes_of(text, body, kind):
            places[change.line].changes.append(change)
        found += [place for place in places.values() if place.changes]
    return found


def apply(text, change):
    for start, end, new in reversed(change.edits):
        text = text[:start] + new + text[end:]
    return text
