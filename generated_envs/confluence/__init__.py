"""Confluence pages, emulated. Yours: `atlasgen build` wrote this once and leaves it alone."""

from .overrides import Operations

__all__ = ["Operations"]
