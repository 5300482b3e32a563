"""Load the model, once, for processes that are forked from the one that imported this module.

Importing is all that the server of `experiments.engine_local` can be told to do. This is therefore
the one module that does something when it is imported, and nothing else imports it.
"""

import gc

from experiments.run import simulate
from model.digests import code_digest, data_digest
from model.geography import load_geography
from model.scenario_files import Known

__all__ = ["simulate"]

Known.shipped()
load_geography()
code_digest()
data_digest()
# What is loaded stays; collecting it in every process would copy its pages.
gc.freeze()
