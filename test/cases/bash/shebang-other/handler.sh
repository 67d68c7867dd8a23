#!/usr/bin/python3
print("hi")
