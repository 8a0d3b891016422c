"""
Capacity planning and assignment for named support managers.

The public names are listed in one place, the stub beside this file. They are loaded when
first used: importing the package loads neither a solver nor a plotting library.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
