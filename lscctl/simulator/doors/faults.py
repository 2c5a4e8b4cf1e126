"""Faults that AXL answers, and the texts in them [field guide 3]."""

NOT_FOUND = 5007
INVALID_VALUE = 5003
OTHER = -1
DUPLICATE = -239


class AxlFaultError(Exception):
    """A request that AXL refuses: `axlError`'s code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def not_found(name: str) -> AxlFaultError:
    """What get and do operations answer for an object that does not exist."""
    return AxlFaultError(NOT_FOUND, f"Item not valid: The specified {name} was not found")


def not_found_for_update(name: str) -> AxlFaultError:
    """What update operations answer for an object that does not exist."""
    return AxlFaultError(INVALID_VALUE, f"{name} not found")


def invalid_value(field: str, value: object) -> AxlFaultError:
    """What a text answers that is none of the values that its field can have."""
    return AxlFaultError(INVALID_VALUE, f"Invalid value for {field}: {value}")


def duplicate(index: str = "") -> AxlFaultError:
    """What an insert or a rename answers whose name is taken."""
    return AxlFaultError(
        DUPLICATE, f"Could not insert new row - duplicate value in a UNIQUE INDEX column (Unique Index:{index})."
    )
