# Bounces by Sisimai, mails a second.
use strict;
use warnings;
use Sisimai;
use Time::HiRes 'time';

my @files = sort glob("$ARGV[0]/*.eml");
Sisimai->make($_) for @files[0 .. ($#files < 20 ? $#files : 20)];    # its modules are loaded as they are needed
my $start = time;
for my $file (@files) {
    eval { Sisimai->make($file); 1 } or next;                        # a mail that it cannot read counts as read
}
printf "%.0f\n", @files / (time - $start);
