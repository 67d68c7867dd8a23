import django
from apig_wsgi import make_lambda_handler
from django.conf import settings
from django.http import JsonResponse
from django.urls import path


def hello(request, name):
    return JsonResponse({"hello": name, "method": request.method})


urlpatterns = [path("hello/<str:name>", hello)]
settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="x", ALLOWED_HOSTS=["*"], DEBUG=False)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402

handler = make_lambda_handler(get_wsgi_application())
