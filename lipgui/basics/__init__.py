"""What every part of the window builds on: settings, themes, icons and translation."""
