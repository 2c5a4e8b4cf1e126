"""Puts settings of a cluster into the configuration file: whole or not at all, and only what is right."""

from collections.abc import Mapping
from pathlib import Path

from lscctl.cli.whole_file import write_whole
from lscctl.config.editing import with_cluster
from lscctl.config.file import checked, text_of
from lscctl.errors import UsageError
from lscctl.rollout.journal.place import make_private


def put_into(path: Path, name: str, settings: Mapping[str, object]) -> None:
    """Put the settings into the cluster's table of the file, which is made (0600) where it is missing. Raises UsageError.

    All else in the file, comments too, stays as it is.
    """
    text = with_cluster(text_of(path) if path.exists() else "", name, settings)
    checked(text, path)
    try:
        make_private(path.resolve().parent)
        write_whole(path, [text], private=True)
    except OSError as error:
        raise UsageError(
            f"{path} could not be written: {error.strerror}",
            hint="The file that was there before, if any, is unchanged.",
        ) from error
