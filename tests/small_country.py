"""A country of households only, for the tests of the population: no economy, no policies."""

import numpy as np

from agents.households import Households
from model.chance import Chance, derive_keys
from model.composition import compose_members
from model.demography import live_a_year
from policies.parameters import ParameterSet

FIRST_YEAR, LAST_YEAR = 1993, 2023
MEAN_SIZE = {"urban": 3.338, "rural": 4.608}
POPULATION = 1_178_440_000
PER_COUNTY, TOWNSHIPS, PROVINCES = 300, 4, 31
URBAN_SHARE = 0.35


def settle(n, seed=7):
    """Return `n` households in counties of 300, about 28% of the people urban."""
    households = Households(n)
    households.alive[:] = True
    households.number = np.arange(n)
    households.key = derive_keys(np.arange(n, dtype=np.uint64), "test")
    households.county = (np.arange(n) // PER_COUNTY).astype(np.int32)
    households.township = (np.arange(n) * TOWNSHIPS // PER_COUNTY).astype(np.int32)
    households.province = (households.county % PROVINCES).astype(np.int16)
    households.urban = Chance(seed).draws("urban", 0).happens(households.key, URBAN_SHARE)
    households.hukou_urban = households.urban.copy()
    return households


class Country:
    """What `live_a_year` needs of a simulation."""

    def __init__(self, households, seed=7):
        self.luck, self.year = Chance(seed), FIRST_YEAR
        self.households = households
        self.persons = compose_members(households, MEAN_SIZE, self.parameters, self.chance)
        members = np.bincount(self.persons.household, minlength=households.n)
        households.size = members.astype(np.int16)
        households.weight[:] = POPULATION / self.persons.n
        households.assets = 1000 * np.exp(self.chance("assets").normal(households.key))

    @property
    def parameters(self):
        return ParameterSet.load().at(self.year)

    def chance(self, decision):
        return self.luck.draws(decision, self.year)

    def next_year(self):
        """Live a year and return its births, deaths and marriages."""
        self.year += 1
        return live_a_year(self)

    def population(self):
        """Return the real persons alive."""
        living = self.persons.household[self.persons.alive]
        return self.households.weight[living].sum()

    def age_share(self, youngest, oldest=200):
        """Return the share of an age group in percent."""
        persons = self.persons
        weight = self.households.weight[persons.household] * persons.alive
        group = (persons.age >= youngest) & (persons.age <= oldest)
        return 100 * weight[group].sum() / weight.sum()

    def mean_size(self, urban):
        """Return persons per household of one kind of place."""
        chosen = self.households.alive & (self.households.urban == urban)
        return self.households.size[chosen].mean()
