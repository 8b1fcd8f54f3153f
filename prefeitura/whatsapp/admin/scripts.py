"""The one script of our admin pages: counts down, and asks for the next stretch of a long job."""

from django.forms.widgets import Script


class Scripts:
    """Mixin of a ModelAdmin whose pages need it."""

    class Media:
        js = [Script("js/admin.js", defer=True)]
