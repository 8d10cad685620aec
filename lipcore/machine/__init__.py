"""The computer: processor, devices, precision, and the memory of this process."""
