from setuptools import setup

setup(name="zoo-shop", version="1.0", py_modules=["main"], install_requires=["flask==3.0.3"])
