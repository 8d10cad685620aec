"""The actions of the window: one table for menus, keys and buttons."""
