// An ingress controller for the embedded cluster: HTTPS with certificates of the cluster's own CA under
// whatever host name an Ingress claims, nothing that has to be reloaded, and an answer that says why
// whenever a request cannot be passed on.
//
// Rights it needs, as a ClusterRole:
//
//	networking.k8s.io  ingresses         list, watch
//	networking.k8s.io  ingresses/status  update
//	""                 services          list, watch
//	""                 secrets           get
//
// To listen below port 1024 as an ordinary user it needs the capability NET_BIND_SERVICE.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// Time after which every Ingress is looked at again, which repeats a status update that failed.
const resync = 30 * time.Second

type options struct {
	kubeconfig, class, publish, caCert, caKey string
	domains                                   suffixes
	httpPort, httpsPort, healthPort           int
}

// suffixes is a flag that may be given more than once.
type suffixes []string

func (s *suffixes) String() string { return strings.Join(*s, ",") }

func (s *suffixes) Set(value string) error {
	*s = append(*s, strings.ToLower(strings.Trim(value, ".")))
	return nil
}

func parse() options {
	var o options
	flag.StringVar(&o.kubeconfig, "kubeconfig", "", "kubeconfig file; without it, the pod's service account")
	flag.StringVar(&o.class, "class", "sessionproof", "ingressClassName to serve")
	flag.StringVar(&o.publish, "publish-address", "", "address written into each Ingress's status")
	flag.StringVar(&o.caCert, "ca-cert", "", "PEM file of the CA that issues certificates")
	flag.StringVar(&o.caKey, "ca-key", "", "PEM file of its key")
	flag.Var(&o.domains, "domain", "suffix under which any name gets a certificate, Ingress or not; repeatable")
	flag.IntVar(&o.httpPort, "http-port", 80, "port that redirects to HTTPS")
	flag.IntVar(&o.httpsPort, "https-port", 443, "port that serves")
	flag.IntVar(&o.healthPort, "health-port", 10254, "port of /healthz")
	flag.Parse()
	return o
}

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, parse()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, o options) error {
	config, err := clientcmd.BuildConfigFromFlags("", o.kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ca, err := loadAuthority(o.caCert, o.caKey)
	if err != nil {
		return err
	}

	factory := informers.NewSharedInformerFactory(client, resync)
	ingresses := factory.Networking().V1().Ingresses()
	routes := newRouter(o.class, ingresses.Lister(), factory.Core().V1().Services().Lister())
	if _, err := ingresses.Informer().AddEventHandler(routes.handler()); err != nil {
		return err
	}
	if o.publish != "" {
		publisher := &publisher{client: client, class: o.class, address: o.publish}
		if _, err := ingresses.Informer().AddEventHandler(publisher.handler(ctx)); err != nil {
			return err
		}
	}
	certificates := newCertificates(ca, routes, secretsOf(client), o.domains)

	// Served before the first look at the cluster is complete, so that a probe can tell "not yet" from "dead".
	var ready atomic.Bool
	failed := make(chan error, 3)
	for _, server := range []*http.Server{
		{Addr: port(o.healthPort), Handler: health(&ready)},
		{Addr: port(o.httpPort), Handler: redirect(o.httpsPort)},
		{Addr: port(o.httpsPort), Handler: newProxy(routes), TLSConfig: certificates.config()},
	} {
		// No time-out on reading or writing bodies: a stream lasts as long as its two ends want.
		server.ReadHeaderTimeout, server.IdleTimeout = 10*time.Second, 2*time.Minute
		listener, err := net.Listen("tcp", server.Addr)
		if err != nil {
			return err
		}
		// Close, not Shutdown: a stream must not keep a controller alive that was told to go.
		defer server.Close()
		go func() { failed <- serve(server, listener) }()
	}

	factory.Start(ctx.Done())
	for kind, synced := range factory.WaitForCacheSync(ctx.Done()) {
		if !synced {
			return errors.New("told to stop before the first list of " + kind.String())
		}
	}
	routes.rebuild()
	ready.Store(true)
	log.Printf("serving class %q on ports %d and %d", o.class, o.httpPort, o.httpsPort)
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

func serve(server *http.Server, listener net.Listener) error {
	if server.TLSConfig != nil {
		return server.ServeTLS(listener, "", "")
	}
	return server.Serve(listener)
}

func port(number int) string { return ":" + strconv.Itoa(number) }

func health(ready *atomic.Bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if !ready.Load() {
			http.Error(w, "the first list of Ingresses and Services is not complete", http.StatusServiceUnavailable)
		}
	})
	return mux
}
