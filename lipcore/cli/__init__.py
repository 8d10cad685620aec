"""The command line: options and printing only, one module a command, those on a project apart."""
