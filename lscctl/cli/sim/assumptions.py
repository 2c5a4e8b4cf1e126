"""`lscctl sim assumptions`: what the simulator assumes of CUCM, and what it can assume instead."""

import json

import typer

from lscctl.cli.sim.listing import Format, FormatOption, write_table


def assumptions(
    output: FormatOption = Format.TABLE,
) -> None:
    """List the knobs of --assume and their values.

    They are where nobody here knows how a live cluster answers: the simulator
    can give each of the answers.

    Examples

        lscctl sim assumptions

        lscctl sim assumptions --format json
    """
    from lscctl.simulator.assumptions import Assumptions

    catalogue = Assumptions.catalogue()
    if output is Format.JSON:
        rows = [
            {"key": knob.key, "values": list(knob.values), "default": knob.default, "decides": knob.decides,
             "field_guide": knob.section}
            for knob in catalogue
        ]  # fmt: skip
        typer.echo(json.dumps(rows, indent=2))
        return
    write_table(
        ("key", "values", "decides", "field guide"),
        [
            (
                knob.key,
                " | ".join(f"[{value}]" if value == knob.default else value for value in knob.values)
                or f"[{knob.default}] or another number",
                knob.decides,
                knob.section,
            )
            for knob in catalogue
        ],
    )
    typer.echo("In [brackets]: what holds unless --assume says otherwise.")
