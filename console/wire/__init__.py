"""The wire: the one guarded HTTP client. Whatever a server does, a request ends in time and within bounds.

* One deadline for the whole request, redirects and body included; at most 8 MB of decoded body, unpacked here, so that
  neither a bomb nor a truncated body passes.
* Only http and https, without a password in the address. A name is resolved once, every address is checked, and the
  connection goes to the checked address itself: a name that answers differently the second time gains nothing. SNI, the
  certificate and the Host header stay the name.
* Addresses inside this machine or its networks are refused, also where they are dressed up as IPv6 (mapped, NAT64,
  6to4, Teredo), unless the caller allows them: then the host that the user named, never one it redirects to.
* Redirects are followed by hand: at most three, each checked like the first; never from https to http; credentials are
  dropped where the server changes.
* Proxies named in the environment are not used: a proxy resolves names itself, and the check above would be void.
* Certificates are those of the system and of certifi; SSL_CERT_FILE and SSL_CERT_DIR are honoured.
"""

from console.wire.addresses import is_public
from console.wire.client import Reply, Wire, retry_after
from console.wire.strict_json import read_json

__all__ = ["Reply", "Wire", "is_public", "read_json", "retry_after"]
