"""How neural networks are tuned: the small package behind the notebooks.

A map of the rooms. Each imports only what stands to its left::

    core  <-  lab  <-  lessons  <-  notebook

======================  =======================================================================
room                    what is in it
======================  =======================================================================
core                    what you take home, in NumPy. The files of this folder: ``scales``,
                        ``averages``, ``normalize``, ``batchnorm``, ``softmax``, ``network``,
                        ``trained``, ``optimizers``, ``training``, ``tape``, ``gradcheck``, ``metrics``,
                        ``datasets``, ``images``; ``search/`` with spaces, halving and trials
``lab``                 what every lesson is made of: explorers and exercises as data, pictures,
                        graphs, the judge of an answer
``lessons``             a folder a lesson, named by its notebook's own phrase: what it measures,
                        its explorers (``explore_...``), its exercises, its data
``notebook``            ``show``, ``predict``, ``check``, ``draw``, ``needs``: the only room that
                        knows ipywidgets
======================  =======================================================================

A name is imported from its room, as in ``from coursekit.softmax import softmax_loss``; nothing is re-exported here.
"""

__version__ = "0.1.0"
