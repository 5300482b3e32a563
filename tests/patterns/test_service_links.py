"""What the links of households to organisations carry, at the same seed."""

import pytest

CUT = {"procurement.links.gain": 0.0}
OFF = {"policies.procurement": "off"}
LAST = 2010


@pytest.mark.imposed
def test_fewer_get_dibao_where_the_links_to_organisations_are_cut(seed, history, national):
    usual, cut = (history(seed, settings, LAST) for settings in ({}, CUT))
    aware = [
        (sim.households["aware_of_dibao"] * sim.households.weight).sum() for sim in (usual, cut)
    ]
    assert aware[1] < aware[0]
    covered = [
        national(sim, "coverage", scheme="dibao").loc[2006:LAST].mean() for sim in (usual, cut)
    ]
    assert covered[1] < covered[0]


@pytest.mark.imposed
def test_links_change_nothing_without_procurement(seed, history):
    off, cut = (history(seed, OFF | more, LAST) for more in ({}, CUT))
    assert off.record.table().equals(cut.record.table())
