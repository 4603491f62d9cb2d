# What a Request Tracker is filled with through its own API; run by the system's perl, which has its modules.
#
#     perl requesttracker_site.pl TICKETS PASSWORD     (RT_SITE_CONFIG: the settings of the site)
use strict;
use warnings;
use utf8;
use lib '/usr/share/request-tracker5/lib';
use RT -init;

my ( $tickets, $password ) = @ARGV;
my $by = RT->SystemUser;
srand(20261123);

sub made {
    my ( $kind, %given ) = @_;
    my $record = $kind->new($by);
    my ( $id, @said ) = $record->Create(%given);
    die "$kind: $said[-1]\n" unless $id;
    return $record;
}

# As an office does whose officers all work in the same queues.
my $officers = RT::Group->new($by);
$officers->LoadSystemInternalGroup('Privileged');
for my $right (qw(SeeQueue ShowTicket CreateTicket ModifyTicket OwnTicket ShowSavedSearches LoadSavedSearch)) {
    my ( $granted, $said ) = $officers->PrincipalObj->GrantRight( Right => $right, Object => RT->System );
    die "$right: $said\n" unless $granted;
}
my @queues = map { made( 'RT::Queue', Name => "Phường $_" )->Id } 1 .. $tickets;
my @people = map {
    made( 'RT::User', Name => "u$_", EmailAddress => "u$_\@example.vn", Privileged => 1 )->Id
} 1 .. $tickets;
made( 'RT::User', Name => 'agent', EmailAddress => 'agent@example.vn', Privileged => 1, Password => $password );

my @statuses = qw(new open stalled);  # all that the tracker calls active
for my $number ( 1 .. $tickets ) {
    my $due = RT::Date->new($by);
    $due->Unix( time + 86_400 * ( rand(35) - 5 ) );
    my $ticket = made(
        'RT::Ticket',
        Queue     => $queues[ $number - 1 ],
        Owner     => $people[ $number - 1 ],
        Subject   => "Hồ sơ số $number",
        Requestor => "dan$number\@example.vn",
        Due       => $due->ISO,
        MIMEObj   => MIME::Entity->build( Type => 'text/plain', Charset => 'UTF-8', Data => ["Noi dung ho so.\n"] ),
    );
    my $status = $statuses[ $number % @statuses ];
    next if $status eq 'new';
    my ( $set, $said ) = $ticket->SetStatus($status);
    die "$status: $said\n" unless $set;
}
