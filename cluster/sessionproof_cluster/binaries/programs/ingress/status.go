package main

import (
	"context"
	"log"
	"net"
	"slices"

	networking "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// publisher writes the address of this controller into the status of each Ingress it serves.
type publisher struct {
	client  kubernetes.Interface
	class   string
	address string
}

func (p *publisher) handler(ctx context.Context) cache.ResourceEventHandler {
	publish := func(object any) {
		ingress, ok := object.(*networking.Ingress)
		if !ok || !belongs(ingress, p.class) || ingress.DeletionTimestamp != nil || p.published(ingress) {
			return
		}
		if err := p.publish(ctx, ingress); err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
			log.Printf("status of ingress %s/%s: %v", ingress.Namespace, ingress.Name, err)
		}
	}
	// After a conflict the newer version arrives as an update; after any other failure, with the resync.
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    publish,
		UpdateFunc: func(_, object any) { publish(object) },
	}
}

func (p *publisher) publish(ctx context.Context, seen *networking.Ingress) error {
	ingress := seen.DeepCopy()
	ingress.Status.LoadBalancer.Ingress = p.status()
	_, err := p.client.NetworkingV1().Ingresses(ingress.Namespace).UpdateStatus(ctx, ingress, meta.UpdateOptions{})
	return err
}

func (p *publisher) published(ingress *networking.Ingress) bool {
	return slices.EqualFunc(ingress.Status.LoadBalancer.Ingress, p.status(),
		func(a, b networking.IngressLoadBalancerIngress) bool { return a.IP == b.IP && a.Hostname == b.Hostname })
}

func (p *publisher) status() []networking.IngressLoadBalancerIngress {
	if net.ParseIP(p.address) != nil {
		return []networking.IngressLoadBalancerIngress{{IP: p.address}}
	}
	return []networking.IngressLoadBalancerIngress{{Hostname: p.address}}
}
