from django.urls import URLPattern, path

from workflow.views import (
    board,
    bulk,
    calendars,
    circulars,
    comments,
    contributions,
    course,
    cycles,
    department_letters,
    extensions,
    handing_in,
    inbox,
    reassignments,
    reminder_forecast,
    reminder_mail,
    reminder_policies,
    review,
    run_history,
    saved_views,
    signing,
    sittings,
    succession,
    updates,
    withdrawal,
    writing,
)

app_name = "workflow"

cycle_urls: list[URLPattern] = [
    path("abfragen/", cycles.cycle_list, name="cycle-list"),
    path("abfragen/neu/", cycles.cycle_create, name="cycle-create"),
    path("abfragen/<int:pk>/", cycles.cycle_detail, name="cycle-detail"),
    path("abfragen/<int:pk>/aendern/", cycles.cycle_change, name="cycle-change"),
    path("abfragen/<int:pk>/oeffnen/", cycles.cycle_open, name="cycle-open"),
    path("abfragen/<int:pk>/schliessen/", cycles.cycle_close, name="cycle-close"),
    path("abfragen/<int:pk>/erinnerungen/", reminder_policies.reminder_policy, name="cycle-reminders"),
    path("abfragen/<int:pk>/erinnerungen/vorgabe/", reminder_policies.reminder_reset, name="cycle-reminders-reset"),
    path("abfragen/<int:pk>/erinnerungen/mail/", reminder_mail.reminder_mail, name="cycle-reminders-mail"),
    path(
        "abfragen/<int:pk>/erinnerungen/mail/html/",
        reminder_mail.reminder_mail_html,
        name="cycle-reminders-mail-html",
    ),
]

inbox_urls: list[URLPattern] = [
    path("aufgaben/", inbox.inbox, name="inbox"),
]

calendar_urls: list[URLPattern] = [
    path("kalender/", calendars.calendar, name="calendar"),
    path("kalender/erneuern/", calendars.calendar_renew, name="calendar-renew"),
    path("kalender/widerrufen/", calendars.calendar_revoke, name="calendar-revoke"),
    path("kalender/abfrage/<int:pk>.ics", calendars.calendar_cycle, name="calendar-cycle"),
    # Names of pages here stay shorter than 20 characters: what is longer is a token, and masked in the log.
    path("kalender/<str:token>.ics", calendars.calendar_feed, name="calendar-feed"),
]

update_urls: list[URLPattern] = [
    path("sachstaende/", updates.update_list, name="update-list"),
    path("sachstand/<int:pk>/", updates.update_detail, name="update-detail"),
    path("sachstand/<int:pk>/verlauf/", run_history.update_history, name="update-history"),
    path("sachstand/<int:pk>/schreiben/", writing.update_edit, name="update-edit"),
    path("sachstand/<int:pk>/entwurf/", writing.update_draft, name="update-draft"),
    path("sachstand/<int:pk>/zusammenfuehren/", writing.update_merge, name="update-merge"),
    path("sachstand/<int:pk>/vorschau/", writing.update_preview, name="update-preview"),
    path("sachstand/<int:pk>/abgeben/", handing_in.update_submit, name="update-submit"),
    path("sachstand/<int:pk>/unveraendert/", handing_in.update_unchanged, name="update-unchanged"),
    path("sachstand/<int:pk>/fehlanzeige/", handing_in.update_nil_return, name="update-nil-return"),
    path("sachstand/<int:pk>/zurueckziehen/", handing_in.update_withdraw, name="update-withdraw"),
]

contribution_urls: list[URLPattern] = [
    path("beitrag/<int:pk>/schreiben/", contributions.contribution_edit, name="contribution-edit"),
    path("beitrag/<int:pk>/entwurf/", contributions.contribution_draft, name="contribution-draft"),
    path("beitrag/<int:pk>/zusammenfuehren/", contributions.contribution_merge, name="contribution-merge"),
    path("beitrag/<int:pk>/abgeben/", contributions.contribution_submit, name="contribution-submit"),
    path("beitrag/<int:pk>/fehlanzeige/", contributions.contribution_nil_return, name="contribution-nil-return"),
    path("beitrag/<int:pk>/erinnern/", contributions.contribution_remind, name="contribution-remind"),
    path("beitrag/<int:pk>/ohne/", contributions.contribution_skip, name="contribution-skip"),
]

signing_urls: list[URLPattern] = [
    path("sachstand/<int:pk>/zeichnen/", signing.update_sign, name="update-sign"),
    path("sachstand/<int:pk>/mitzeichnen/", signing.update_co_sign, name="update-co-sign"),
    path("sachstand/<int:pk>/einwand/", signing.update_object, name="update-object"),
    path("sachstand/<int:pk>/schlusszeichnung/", signing.update_sign_off, name="update-sign-off"),
    path("sachstand/<int:pk>/ungezeichnet/", signing.update_return_unsigned, name="update-return-unsigned"),
    path(
        "sachstand/<int:pk>/ohne-mitzeichnung/",
        signing.update_without_co_signature,
        name="update-without-co-signature",
    ),
    path("sachstand/<int:pk>/ohne-zeichnung/", signing.update_without_signature, name="update-without-signature"),
]

course_urls: list[URLPattern] = [
    path("aemter/nachfolge/", succession.succession, name="succession"),
    path("antraege/", course.request_list, name="request-list"),
    path("sachstand/<int:pk>/frist/", extensions.extension_request, name="extension-request"),
    path("frist/<int:pk>/", extensions.extension_decide, name="extension-decide"),
    path("frist/<int:pk>/zurueckziehen/", extensions.extension_withdraw, name="extension-withdraw"),
    path("sachstand/<int:pk>/anderes-amt/", reassignments.reassignment_propose, name="reassignment-propose"),
    path("uebernahme/<int:pk>/", reassignments.reassignment_answer, name="reassignment-answer"),
    path("uebernahme/<int:pk>/zurueckziehen/", reassignments.reassignment_withdraw, name="reassignment-withdraw"),
    path("sachstand/<int:pk>/beenden/", course.update_cancel, name="update-cancel"),
    path("sachstand/<int:pk>/wieder-oeffnen/", course.update_reopen, name="update-reopen"),
    path("sachstand/<int:pk>/berichtigen/", course.update_correct, name="update-correct"),
    path("sachstand/<int:pk>/von-den-seiten-nehmen/", withdrawal.entry_withdraw, name="entry-withdraw"),
    path("sachstand/<int:pk>/wieder-zeigen/", withdrawal.entry_restore, name="entry-restore"),
]

letter_urls: list[URLPattern] = [
    path("schreiben/", department_letters.letter_list, name="letter-list"),
    path("schreiben/<int:pk>/", department_letters.letter_detail, name="letter-detail"),
    path("schreiben/<int:pk>/freigeben/", department_letters.letter_release, name="letter-release"),
    path("schreiben/<int:pk>/ablehnen/", department_letters.letter_decline, name="letter-decline"),
]

review_urls: list[URLPattern] = [
    path("pruefung/", review.review_queue, name="review-queue"),
    path("pruefung/<int:pk>/", review.review_detail, name="review-detail"),
    path("pruefung/<int:pk>/freigeben/", review.review_approve, name="review-approve"),
    path("pruefung/<int:pk>/zurueckgeben/", review.review_return, name="review-return"),
    path("pruefung/<int:pk>/abstimmen/", review.review_vote, name="review-vote"),
    path("kommentar/<int:pk>/antworten/", comments.comment_answer, name="comment-answer"),
]

sitting_urls: list[URLPattern] = [
    path("sitzungen/", sittings.sitting_list, name="sitting-list"),
    path("sitzungen/eroeffnen/<int:pk>/", sittings.sitting_open, name="sitting-open"),
    path("sitzung/<int:pk>/", sittings.sitting_detail, name="sitting-detail"),
    path("sitzung/<int:pk>/markieren/", sittings.sitting_mark, name="sitting-mark"),
    path("sitzung/<int:pk>/freigeben/", sittings.sitting_approve, name="sitting-approve"),
    path("sitzung/<int:pk>/schliessen/", sittings.sitting_close, name="sitting-close"),
    path("sitzung/<int:pk>/niederschrift/", sittings.sitting_minutes, name="sitting-minutes"),
]

board_urls: list[URLPattern] = [
    path("board/", board.board, name="board"),
    path("board/aktuell/", board.board_refresh, name="board-refresh"),
    path("board/vorgang/<int:pk>/", board.board_card, name="board-card"),
    path("board/tabelle.xlsx", board.board_export_xlsx, name="board-export-xlsx"),
    path("board/tabelle.csv", board.board_export_csv, name="board-export-csv"),
    path("board/ansichten/", saved_views.view_list, name="board-view-list"),
    path("board/ansichten/neu/", saved_views.view_create, name="board-view-create"),
    path("board/ansichten/<int:pk>/entfernen/", saved_views.view_remove, name="board-view-remove"),
    path("board/mail/", circulars.circular_write, name="circular-write"),
    path("board/mail/senden/", circulars.circular_send, name="circular-send"),
    path("board/sammelaktion/", bulk.bulk_preview, name="bulk-preview"),
    path("board/sammelaktion/ausfuehren/", bulk.bulk_confirm, name="bulk-confirm"),
    path("board/sammelaktion/<int:pk>/", bulk.bulk_result, name="bulk-result"),
    path("board/sammelaktion/<int:pk>/zuruecknehmen/", bulk.bulk_undo, name="bulk-undo"),
]

forecast_urls: list[URLPattern] = [
    path("post/vorschau/", reminder_forecast.reminder_forecast, name="reminder-forecast"),
]

urlpatterns = [
    *forecast_urls,
    *inbox_urls,
    *calendar_urls,
    *update_urls,
    *contribution_urls,
    *signing_urls,
    *course_urls,
    *letter_urls,
    *review_urls,
    *sitting_urls,
    *board_urls,
    *cycle_urls,
]
