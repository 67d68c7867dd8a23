#!/bin/bash -l
echo hi
