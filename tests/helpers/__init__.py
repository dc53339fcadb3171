"""What tests of every room build their scenes from."""
