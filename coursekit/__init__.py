"""How neural networks are tuned: the small package behind the notebooks.

A map of the rooms. Each imports only what stands to its left::

    math  <-  figures  <-  explorers  <-  notebook
    math  <-  exercises               <-  notebook

======================  =======================================================================
room                    what is in it
======================  =======================================================================
math                    ``scales``, ``search``, ``trials``, ``halving``, ``averages``,
                        ``normalize``, ``bowl``, ``batchnorm``, ``softmax``, ``network``,
                        ``optimizers``, ``training``, ``tape``, ``graph``, ``gradcheck``,
                        ``datasets``, ``measured``, and what a lesson measures, such as
                        ``tuning`` and ``strategies``: NumPy, and nothing to look at
``figures``             a picture for a topic: matplotlib, drawn from what the math returns
``explorers``           what a learner can move: controls, a computation, its picture, declared
``exercises``           what a learner writes or predicts, with checks, hints and known mistakes
``notebook``            ``show``, ``predict``, ``check``, ``draw``, ``needs``: the only room that
                        knows ipywidgets
======================  =======================================================================

A name is imported from its room, as in ``from coursekit.softmax import softmax_loss``; nothing is re-exported here.
"""

__version__ = "0.1.0"
