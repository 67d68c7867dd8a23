#!/usr/bin/python3
echo "${BASH_VERSION:+bash}"
