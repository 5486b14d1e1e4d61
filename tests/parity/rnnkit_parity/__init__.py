"""A task for rnnkit in a package of its own: is the number of ones even?"""
