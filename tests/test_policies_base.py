"""Policies are found by being there."""

from policies.base import Policy, discover
from policies.parameters import ParameterSet


def test_policies_are_found_in_alphabetical_order() -> None:
    found = discover()
    assert list(found) == sorted(found)
    assert {"rural_dibao", "urban_dibao"} <= found.keys()
    assert all(issubclass(policy, Policy) for policy in found.values())


def test_every_policy_reads_parameters_that_exist() -> None:
    paths = ParameterSet.load().paths()
    for policy in discover().values():
        assert policy.title
        assert policy.neutral
        for prefix in policy.parameters:
            assert any(path.startswith(f"{prefix}.") for path in paths), (policy.id, prefix)
