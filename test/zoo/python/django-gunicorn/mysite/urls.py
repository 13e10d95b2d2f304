from django.conf import settings
from django.http import HttpResponse
from django.urls import path


def item(request, number):
    return HttpResponse("item %d, %d middleware" % (number, len(settings.MIDDLEWARE)))


async def later(request, number):
    return HttpResponse("later %d" % number)


urlpatterns = [path("items/<int:number>", item), path("later/<int:number>", later)]
