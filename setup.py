"""What setuptools cannot be told in pyproject.toml.

The data files live in the top-level ``resources`` folder. In a wheel they
become ``kisopt_gui/_resources``; in a checkout ``kisopt_gui.assets`` finds them
where they are.
"""

from setuptools import find_namespace_packages, find_packages, setup

DATA = "kisopt_gui._resources"

setup(
    packages=[
        *find_packages(include=["kisopt_gui", "kisopt_gui.*"]),
        DATA,
        *(f"{DATA}.{name}" for name in find_namespace_packages("resources")),
    ],
    package_dir={DATA: "resources"},
    package_data={DATA: ["**"]},
)
