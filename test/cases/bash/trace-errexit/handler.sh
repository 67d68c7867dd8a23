#!/bin/bash -ex
trap 'echo bye >&2' EXIT
f() { false; }
f
