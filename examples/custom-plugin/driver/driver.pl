# Serves a Perl handler to anyhandler: frames come in on descriptor 3 and go out on 4 (docs/child-languages.md).
use strict;
use warnings;
use Fcntl qw(F_DUPFD FD_CLOEXEC F_SETFD);
use JSON::PP ();
use POSIX ();

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

# Moves the control descriptors to numbers that handlers don't use; programs that a handler starts don't get them.
sub take {
    my ($fd, $mode) = @_;
    open(my $low, $mode, $fd) or die "descriptor $fd: $!";
    my $number = fcntl($low, F_DUPFD, 10) or die "descriptor $fd: $!";
    close $low;
    open(my $high, $mode, $number) or die "descriptor $number: $!";
    fcntl($high, F_SETFD, FD_CLOEXEC);
    binmode $high;
    return $high;
}
my $in  = take(3, '<&=');
my $out = take(4, '>&=');

# Frames of an event have its number.
my $event_number = '';
# A child that a handler forked must not answer, even if it returns from the handler.
my $driver = $$;

sub send_frame {
    my ($kind, $payload) = @_;
    POSIX::_exit(0) if $$ != $driver;
    my $frame = sprintf("%s %d%s\n", $kind, length $payload, $event_number) . $payload;
    while (length $frame) {
        my $written = syswrite($out, $frame) // exit 0;
        substr($frame, 0, $written, '');
    }
}

sub receive_frame {
    my $header = readline($in) // exit 0;
    my ($kind, $length) = $header =~ /^([a-z]+) (\d+)$/ or die "no frame: $header";
    my $payload = '';
    read($in, $payload, $length) == $length or exit 0;
    return ($kind, $payload);
}

sub fields { return { map { split /=/, $_, 2 } split /\n/, $_[0] } }

sub failure {
    my ($type, $error) = @_;
    $error =~ s/\s+\z//;
    my @stack = $error =~ /( at .+ line \d+)/ ? ($1 =~ s/^ //r) : ();
    return $json->encode({ errorType => $type, errorMessage => "$error", stackTrace => \@stack });
}

# A sub as the result is a stream: each call returns the next part, or undef at the end.
sub stream {
    my ($next) = @_;
    send_frame('head', '{"stream":true}');
    while (defined(my $part = $next->())) { send_frame('chunk', $part) }
    return '';
}

# Makes pipes for standard output and error; the host reads their other ends.
my (%outputs, @readers);
for my $stream (['stdout', 1], ['stderr', 2]) {
    my ($name, $number) = @$stream;
    pipe(my $reader, my $writer) or die "pipe: $!";
    POSIX::dup2(fileno $writer, $number) // die "dup2: $!";
    $outputs{$name} = fileno $reader;
    push @readers, $reader;
}
STDOUT->autoflush(1);
STDERR->autoflush(1);
send_frame('ready', $json->encode({ protocol => 2, outputs => \%outputs }));

my (undef, $load) = receive_frame();
@readers = ();
my $handler = fields($load);
my $name = $handler->{function} // 'handler';
if (!defined $handler->{file}) {
    send_frame('failed', failure('Runtime.HandlerNotFound', "there is no Perl file for '$handler->{target}'"));
    exit 1;
}
if (!defined do $handler->{file}) {
    my $why = $@ || ($! ? "cannot read $handler->{file}: $!" : '');
    if ($why) {
        send_frame('failed', failure('Runtime.UserCodeSyntaxError', $why));
        exit 1;
    }
}
my $code = main->can($name);
if (!$code) {
    send_frame('failed', failure('Runtime.HandlerNotFound', "$handler->{file} defines no sub $name"));
    exit 1;
}
send_frame('loaded', '');

while (1) {
    my (undef, $context) = receive_frame();
    my (undef, $event)   = receive_frame();
    $context = fields($context);
    $event_number = " $context->{event}";
    $ENV{ANYHANDLER_MARK} = $context->{mark};
    if (defined $context->{traceId}) { $ENV{_X_AMZN_TRACE_ID} = $context->{traceId} }
    else                             { delete $ENV{_X_AMZN_TRACE_ID} }
    my $result = eval {
        my $value = $code->($event, $context);
        ref $value eq 'CODE' ? stream($value) : $value;
    };
    if ($@) {
        my $type = ref $@ ? ref $@ : 'Function.Die';
        send_frame('failed', failure($type, $@));
    }
    else {
        # A string is sent unchanged; data become JSON.
        send_frame('done', defined $result && !ref $result ? $result : $json->encode($result));
    }
}
