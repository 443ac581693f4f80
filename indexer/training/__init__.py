"""Trains the models that the stages use, on passages written for it; the same data give the same models."""
