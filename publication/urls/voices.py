"""What visitors said, on the coordinators' desk."""

from django.urls import path

from publication.views import voices_desk

app_name = "voices"

urlpatterns = [
    path("rueckmeldungen/", voices_desk.feedback_list, name="feedback-list"),
    path("rueckmeldungen/<int:pk>/", voices_desk.feedback, name="feedback"),
    path("rueckmeldungen/<int:pk>/nicht-veroeffentlichen/", voices_desk.feedback_decline, name="feedback-decline"),
    path("rueckmeldungen/<int:pk>/loeschen/", voices_desk.feedback_delete, name="feedback-delete"),
    path("barrieren/", voices_desk.barrier_list, name="barrier-list"),
    path("barrieren/<int:pk>/", voices_desk.barrier, name="barrier"),
    path("barrieren/<int:pk>/loeschen/", voices_desk.barrier_delete, name="barrier-delete"),
]
