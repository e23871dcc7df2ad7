// CoreDNS with only the plugins that the embedded cluster's Corefile names.
//
// The full CoreDNS links some fifty plugins and the cloud clients behind them. The cluster has no way
// outwards, so it needs neither those nor a forwarder: template answers NXDOMAIN to what is left over.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
	_ "github.com/coredns/coredns/plugin/template"
)

// The order in which a query passes the plugins: the one CoreDNS itself uses, but for template, which comes
// last so that it can answer for everything the others let pass.
var order = []string{
	"reload", "health", "ready", "log", "errors", "cache", "hosts", "kubernetes", "template",
}

func main() {
	dnsserver.Directives = order
	coremain.Run()
}
