sub handler {
    my ($event = @_;
}
1;
