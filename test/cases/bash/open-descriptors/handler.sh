# 4 is the folder that ls reads.
ls /proc/self/fd | tr "\n" " "
