"""`lscctl config add-schema`: Cisco's own AXL schema out of the cluster's plugin, instead of lscctl's."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from lscctl.cli.connection import Connection, configured, connect
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices
from lscctl.errors import UsageError


@shares_options
def add_schema(
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="axlsqltoolkit.zip, as the cluster gives it.")],
    *,
    version: Annotated[
        str | None,
        typer.Option(
            "--version",
            help="Take this version. Without it the newest that the cluster speaks.",
            metavar="N.N",
            show_default=False,
        ),
    ] = None,
    connection: Connection,
) -> None:
    """Use Cisco's own AXL schema for a cluster.

    lscctl brings a schema of its own, which has all that it needs. Where a
    cluster differs, Cisco's comes with it: Application > Plugins > Cisco AXL
    Toolkit. The archive is taken apart with care, the schema is tried on the
    cluster, kept in the data folder, and named in the cluster's configuration
    (wsdl). Comments in the file stay.

    Examples

        lscctl config add-schema axlsqltoolkit.zip --cluster hq

        lscctl config add-schema axlsqltoolkit.zip --cluster hq --version 12.5

    Exit codes

    0 it is used from now on. 2 the archive, or the file, cannot be used. 5 the
    cluster cannot be reached, or does not speak that version.
    """
    from lscctl.cucm.schema import newest_for
    from lscctl.cucm.schema_archive import SchemaArchive

    notices = Notices()
    with SchemaArchive(archive) as opened, connect(connection, notices) as session:
        cluster = session.cluster
        notices.say(f"{archive} holds the schemas {', '.join(opened.versions)}")
        chosen = version or newest_for(cluster.version, opened.versions)
        if chosen is None or chosen not in opened.versions:
            raise UsageError(
                f"{archive} holds no schema for {cluster.name} (CUCM {cluster.version})"
                if version is None
                else f"{archive} does not hold the schema {version}",
                hint=f"It holds {', '.join(opened.versions)}.",
            )
        cluster.wire.ask("getCCMVersion", version=chosen)
        wsdl = _kept(opened.files(chosen), chosen)
    typer.echo(f"{cluster.name} (CUCM {cluster.version}) speaks {chosen}; the schema is kept as {wsdl}")
    _use(connection, wsdl)


def _kept(files: Mapping[str, bytes], version: str) -> Path:
    """Keep the schema in a folder of its own, tried out; the path of its WSDL. Raises UsageError."""
    from lscctl.cucm.schema import Schema
    from lscctl.cucm.schema_archive import WSDL
    from lscctl.rollout.journal.place import make_private

    digest = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()
    folder = _schemas() / f"{version}-{digest[:12]}"
    if folder.is_dir():
        return folder / WSDL
    try:
        make_private(folder.parent)
        with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
            for name, content in files.items():
                (Path(unfinished) / name).write_bytes(content)
            Schema.from_file(Path(unfinished) / WSDL)
            Path(unfinished).rename(folder)
            Path(unfinished).mkdir()  # it is about to be removed
    except OSError as error:
        raise UsageError(f"the schema cannot be kept in {folder}: {error.strerror}") from error
    return folder / WSDL


def _schemas() -> Path:
    """Where schemas are kept: below LSCCTL_STATE_DIR where that is set, else in the user's data folder."""
    import platformdirs

    chosen = os.environ.get("LSCCTL_STATE_DIR")
    return (Path(chosen) if chosen else platformdirs.user_data_path("lscctl")) / "schemas"


def _use(connection: Connection, wsdl: Path) -> None:
    """Name the schema in the cluster's configuration, where it has one."""
    from lscctl.cli.config.writing import put_into
    from lscctl.config import config_path, load

    known = configured(connection)
    if known is None or known.name not in load(connection.config, os.environ).names:
        typer.echo(f"Use it with --wsdl {wsdl}")
        return
    path = config_path(connection.config, os.environ)
    put_into(path, known.name, {"wsdl": str(wsdl)})
    typer.echo(f"{path} names it for {known.name}: it is used from now on")
