"""Stands for the package of this name: no warnings about what is used here."""


def deprecated(*_args, **_options):
    return lambda marked: marked
