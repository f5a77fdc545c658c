"""Which functions of the host were called.

An interpreter imports every function of the contract, so that what a component imports does not tell what its cases
reach; this does, for a manifest that has the parameter `calls`.
"""

from typing import Any

from remold_transform import host, parameters

_called: set[str] = set()


def calls() -> list[str] | None:
    """Returns the functions that were called, if they are asked for."""
    return sorted(_called) if parameters().get("calls") else None


def _counted(told: str, call: Any) -> Any:
    def counted(*arguments: Any) -> Any:
        _called.add(told)
        return call(*arguments)

    return counted


for _interface in host.__all__:
    _functions = getattr(host, _interface)
    for _name in dir(_functions):
        _call = getattr(_functions, _name)
        # Types and what a module itself imports are no functions of the interface.
        if callable(_call) and not isinstance(_call, type) and not _name.startswith("_"):
            setattr(_functions, _name, _counted(f"{_interface}.{_name}".replace("_", "-"), _call))
