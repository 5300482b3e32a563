"""Policies are found by being there."""

from policies.base import Policy, discover
from policies.parameters import ParameterSet


def test_policies_are_found_as_classes_under_their_ids() -> None:
    found = discover()
    assert {"rural_dibao", "urban_dibao"} <= found.keys()
    assert all(issubclass(policy, Policy) and policy.id == id_ for id_, policy in found.items())


def test_every_policy_comes_after_those_it_names() -> None:
    place = {id_: number for number, id_ in enumerate(discover())}
    for id_, policy in discover().items():
        assert all(place[other] < place[id_] for other in policy.after if other in place)


def test_policies_that_name_no_other_come_first_in_alphabetical_order() -> None:
    found = discover()
    free = [id_ for id_, policy in found.items() if not found.keys() & set(policy.after)]
    assert free == sorted(free)
    assert free == list(found)[: len(free)]


def test_every_policy_reads_parameters_that_exist() -> None:
    paths = ParameterSet.load().paths()
    for policy in discover().values():
        assert policy.title
        assert policy.neutral
        for prefix in policy.parameters:
            assert any(path.startswith(f"{prefix}.") for path in paths), (policy.id, prefix)
