"""Why reading alone cannot show what holds."""

from typing import Final

WRITE: Final = "It takes a write to see."
PHONE: Final = "It takes an operation on a phone to see."
CROWD: Final = "It takes so many requests that other programs would be held up."
WRONG_LOGIN: Final = "It takes wrong passwords, which would lock the account."
