# Handlers for anyhandler's conformance kit.
use strict;
use warnings;
use JSON::PP ();

sub wants {
    my ($event, $key) = @_;
    my $data = eval { JSON::PP::decode_json($event) };
    return ref $data eq 'HASH' && $data->{$key};
}

sub echo { return $_[0] }

sub fail {
    my ($event) = @_;
    die "this handler failed as it was told\n" if wants($event, 'fail');
    return $event;
}

sub hang {
    my ($event) = @_;
    system('sleep', '600') if wants($event, 'hang');
    return $event;
}

sub end_self {
    my ($event) = @_;
    exit 3 if wants($event, 'exit');
    return $event;
}

sub fork_self {
    my ($event) = @_;
    return $event unless wants($event, 'fork');
    my $pid = fork // die "fork: $!";
    return { answeredBy => 'the copy' } if !$pid;
    select undef, undef, undef, 0.3;
    return $event;
}

sub context {
    my ($event, $context) = @_;
    return {
        requestId   => $context->{requestId},
        deadlineMs  => $context->{deadlineMs} + 0,
        functionArn => $context->{functionArn},
        traceId     => $ENV{_X_AMZN_TRACE_ID},
    };
}

sub stream_parts {
    my ($event) = @_;
    my $breaks = wants($event, 'break');
    return $event unless $breaks || wants($event, 'stream');
    my $number = 0;
    return sub {
        return undef if $number == 5;
        select undef, undef, undef, 0.1 if $number > 0;
        die "the stream broke as it was told\n" if $breaks && $number == 1;
        return 'part ' . ++$number . "\n";
    };
}

sub kill_self {
    my ($event) = @_;
    kill 'KILL', $$ if wants($event, 'kill');
    return $event;
}

sub background {
    my ($event) = @_;
    return $event unless wants($event, 'background');
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        exec 'setsid', 'sh', '-c', 'sleep 0.2; while echo late; do sleep 0.05; done';
    }
    return { pid => $pid };
}

sub bytes { return pack 'C*', 0 .. 255 }

sub debug {
    my ($event) = @_;
    print "debug output\n";
    return $event;
}

sub descriptors {
    my ($event) = @_;
    open(my $stdin, '<', '/dev/stdin') or die "/dev/stdin: $!";
    my @rest = readline $stdin;
    for my $name ('stderr', 'stdout') {
        open(my $handle, '>', "/dev/$name") or die "/dev/$name: $!";
        print {$handle} "$name by name\n";
        close $handle;
    }
    return $event;
}

sub pausing {
    my ($event) = @_;
    select undef, undef, undef, 0.02;
    return $event;
}
1;
