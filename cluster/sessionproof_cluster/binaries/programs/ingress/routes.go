package main

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
)

// route is one path of one host.
type route struct {
	namespace string
	path      string
	exact     bool
	backend   networking.IngressServiceBackend
}

// host is everything that Ingresses say about one host name.
type host struct {
	routes []route
	secret secretName // empty: issue a certificate
}

type secretName struct{ namespace, name string }

// router knows the Ingresses of its class. Requests read a finished table; events replace it.
type router struct {
	class     string
	ingresses networkinglisters.IngressLister
	services  corelisters.ServiceLister
	table     atomic.Pointer[map[string]host]
	everKnown sync.Map // host names, kept after their Ingress is gone
	building  sync.Mutex
}

func newRouter(class string, ingresses networkinglisters.IngressLister, services corelisters.ServiceLister) *router {
	r := &router{class: class, ingresses: ingresses, services: services}
	r.table.Store(&map[string]host{})
	return r
}

func (r *router) handler() cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { r.rebuild() },
		UpdateFunc: func(any, any) { r.rebuild() },
		DeleteFunc: func(any) { r.rebuild() },
	}
}

func (r *router) rebuild() {
	r.building.Lock()
	defer r.building.Unlock()
	all, err := r.ingresses.List(labels.Everything())
	if err != nil {
		return // a lister reads memory; it fails only while the process ends
	}
	table := tableOf(all, r.class)
	for name := range table {
		r.everKnown.Store(name, true)
	}
	r.table.Store(&table)
}

// tableOf lays out the Ingresses of one class by host. Where two claim the same path the older one has it.
func tableOf(all []*networking.Ingress, class string) map[string]host {
	own := slices.DeleteFunc(slices.Clone(all), func(i *networking.Ingress) bool { return !belongs(i, class) })
	slices.SortFunc(own, func(a, b *networking.Ingress) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time),
			cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	table := map[string]host{}
	for _, ingress := range own {
		for _, rule := range ingress.Spec.Rules {
			if rule.Host == "" || rule.HTTP == nil {
				continue
			}
			entry := table[rule.Host]
			for _, path := range rule.HTTP.Paths {
				if path.Backend.Service == nil {
					continue
				}
				entry.routes = append(entry.routes, route{
					namespace: ingress.Namespace,
					path:      path.Path,
					exact:     path.PathType != nil && *path.PathType == networking.PathTypeExact,
					backend:   *path.Backend.Service,
				})
			}
			for _, tls := range ingress.Spec.TLS {
				if tls.SecretName != "" && slices.Contains(tls.Hosts, rule.Host) {
					entry.secret = secretName{ingress.Namespace, tls.SecretName}
				}
			}
			table[rule.Host] = entry
		}
	}
	for _, entry := range table {
		slices.SortStableFunc(entry.routes, moreSpecific)
	}
	return table
}

func belongs(ingress *networking.Ingress, class string) bool {
	return ingress.Spec.IngressClassName != nil && *ingress.Spec.IngressClassName == class
}

// Exact paths come first, then the longer prefix.
func moreSpecific(a, b route) int {
	if a.exact != b.exact {
		if a.exact {
			return -1
		}
		return 1
	}
	return cmp.Compare(len(b.path), len(a.path))
}

// host finds what is known of a name, or of the wildcard that covers it.
func (r *router) host(name string) (host, bool) {
	table := *r.table.Load()
	if found, ok := table[name]; ok {
		return found, true
	}
	_, parent, _ := strings.Cut(name, ".")
	found, ok := table["*."+parent]
	return found, ok
}

// served tells whether an Ingress claims this name, or once did.
func (r *router) served(name string) bool {
	_, now := r.host(name)
	_, before := r.everKnown.Load(name)
	return now || before
}

func (h host) match(path string) (route, bool) {
	for _, candidate := range h.routes {
		if candidate.matches(path) {
			return candidate, true
		}
	}
	return route{}, false
}

// A prefix ends at a slash: /app covers /app and /app/x, not /apple.
func (r route) matches(path string) bool {
	if r.exact {
		return path == r.path
	}
	prefix := strings.TrimSuffix(r.path, "/")
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// address is where a route's Service can be reached; the error says why it cannot.
func (r *router) address(route route) (string, error) {
	name := route.namespace + "/" + route.backend.Name
	service, err := r.services.Services(route.namespace).Get(route.backend.Name)
	if err != nil {
		return "", fmt.Errorf("there is no Service %s", name)
	}
	if service.Spec.Type == core.ServiceTypeExternalName {
		return "", fmt.Errorf("service %s is an ExternalName, which this ingress does not follow", name)
	}
	if service.Spec.ClusterIP == "" || service.Spec.ClusterIP == core.ClusterIPNone {
		return "", fmt.Errorf("service %s has no cluster address", name)
	}
	wanted := route.backend.Port
	for _, port := range service.Spec.Ports {
		if port.Port == wanted.Number || (wanted.Name != "" && port.Name == wanted.Name) {
			return net.JoinHostPort(service.Spec.ClusterIP, strconv.Itoa(int(port.Port))), nil
		}
	}
	return "", fmt.Errorf("service %s has no port %s", name, cmp.Or(wanted.Name, strconv.Itoa(int(wanted.Number))))
}
