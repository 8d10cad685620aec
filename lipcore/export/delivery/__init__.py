"""Delivery: masks and cut-outs as compositing programs take them, with files named by a template."""
