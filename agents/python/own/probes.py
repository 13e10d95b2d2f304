"""Whether this process is a command of the container's probes and hooks, or was started by one."""
from _json import scanstring

_SHELLS = ("sh", "bash", "ash", "dash", "ksh", "zsh", "busybox")
_LEVELS = 8


def _base(path):
    return path.rsplit("/", 1)[-1]


def _is_assignment(word):
    name = word.split("=", 1)[0]
    return "=" in word and name.replace("_", "a").isalnum() and not name[0].isdigit()


def _without_prefix(words):
    """Without `exec`, `env A=b`, `timeout N` and assignments."""
    while words:
        if words[0] in ("exec", "env", "command") or _is_assignment(words[0]):
            words = words[1:]
        elif words[0] == "timeout":
            words = words[1:]
            while words and words[0].startswith("-"):
                words = words[2:] if words[0] in ("-s", "-k", "--signal", "--kill-after") else words[1:]
            words = words[1:]
        else:
            return words
    return words


def _without_redirections(words):
    kept, skips = [], False
    for word in words:
        rest = word.lstrip("0123456789")
        if rest[:1] in ("<", ">"):
            skips = rest.strip("<>") == ""  # its file is the next word
        elif skips:
            skips = False
        else:
            kept.append(word)
    return kept


def _words(text):
    """The simple commands of a shell's text; a quote that does not end gives none."""
    commands, words, word, quote = [], [], None, ""
    for at, char in enumerate(text):
        if quote:
            if char == quote:
                quote = ""
            else:
                word += char
        elif char in "'\"":
            quote, word = char, word or ""
        elif char in " \t\n;|&" and not (char == "&" and (word or "").endswith(">")):
            if word is not None:
                words.append(word)
                word = None
            if char not in " \t" and words:
                commands.append(words)
                words = []
        else:
            word = (word or "") + char
    if word is not None:
        words.append(word)
    return [] if quote else [_without_redirections(each) for each in commands + [words]]


def _same(command, entry):
    return bool(command) and bool(entry) and _base(command[0]) == _base(entry[0]) and command[1:] == entry[1:]


def _ends_with(command, entry):
    """The list, or the list after an interpreter and its options (a script started by its shebang)."""
    at = len(command) - len(entry)
    if at < 0 or not all(word.startswith("-") for word in command[1:at]):
        return False
    return _same(command[at:], entry)


def _matches(command, entry):
    if _ends_with(command, entry):
        return True
    at = next((index for index, word in enumerate(entry) if word.startswith("-") and word.endswith("c")), None)
    if at is None or _base(entry[0]) not in _SHELLS or at + 1 >= len(entry):
        return False
    simple = (_without_prefix(words) for words in _words(entry[at + 1]))
    return any(words and _ends_with(command, words) for words in simple)


def _ancestors():
    pid = "self"
    for _ in range(_LEVELS):
        with open("/proc/%s/status" % pid) as file:
            pid = next(line.split()[1] for line in file if line.startswith("PPid:"))
        if pid in ("0", "1"):
            return
        with open("/proc/%s/cmdline" % pid, "rb") as file:
            yield file.read().decode("utf-8", "replace").split("\0")[:-1]


def _entries(text):
    """A JSON array of arrays of strings, without the imports of `json`."""
    entries, words, at = [], None, 1
    while at < len(text):
        if text[at] == '"':
            word, at = scanstring(text, at + 1)
            words.append(word)
            continue
        if text[at] == "[":
            words = []
        elif text[at] == "]" and words is not None:
            entries.append(words)
            words = None
        at += 1
    return [entry for entry in entries if entry]


def is_probe(command, text):
    """`text` has the container's commands, as a JSON array of argument lists."""
    entries = _entries(text)
    if any(_matches(command, entry) for entry in entries):
        return True
    try:
        return any(_matches(each, entry) for each in _ancestors() for entry in entries)
    except (OSError, StopIteration):
        return False
