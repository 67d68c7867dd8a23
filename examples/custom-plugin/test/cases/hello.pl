sub handler {
    my ($event, $context) = @_;
    return { statusCode => 200, body => 'Hello World' };
}
1;
