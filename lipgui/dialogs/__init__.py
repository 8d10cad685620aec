"""Dialogs: export, import, settings, shortcuts, help and problems."""
